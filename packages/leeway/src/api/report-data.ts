import { existsSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { RunError } from "../errors.ts";
import { methodOf } from "../methods/index.ts";
import { calibratedPrior, shownProbability, softmax, topClasses } from "../metrics/index.ts";
import {
  type ClassErrors,
  type ErrorExample,
  openPredictor,
  placesOf,
  runErrors,
  viewsOf,
} from "../probes/index.ts";
import { priorCounts } from "../records/index.ts";
import {
  bytePlanes,
  codedScores,
  keptClasses,
  type MeasuredRun,
  type PackedLogits,
  placeText,
  type ReportData,
  type ReportErrors,
  type ReportExample,
  reportOf,
} from "../report/index.ts";
import { leewayVersion, modelFile, runScores, type RunScoresOptions } from "../runs/index.ts";
import { readDecision, readRun } from "../storage/index.ts";

/** Classes whose wrong examples are shown, at most: the rarest. */
const maxErrorClasses = 20;
/** Examples that are shown in all lists, about. */
const maxShown = 240;

/** What a report is made with. */
export interface ReportOptions extends RunScoresOptions {
  /** Whether wrong examples are listed, for which the data is read; by default they are. */
  readonly examples?: boolean;
}

/**
 * What a report shows of finished runs, as data: numbers with intervals, confusions, thresholds, wrong examples, and of
 * several runs how the later ones differ from the first. A run whose weights were not kept is shown by its records,
 * without what scores are needed for.
 *
 * @param paths the runs' folders, at least one
 * @throws RunError with code "run" for what is no finished run; with code "data" where scores are not stored and the data
 *   that they could be made from is missing
 */
export async function reportData(paths: readonly string[], options: ReportOptions = {}): Promise<ReportData> {
  const runs: { readonly run: MeasuredRun; readonly logits?: PackedLogits }[] = [];
  for (const path of paths) {
    const run = await measuredRun(path, options);
    const logits = packedLogits(run, paths.length);
    runs.push({ run, ...(logits && { logits }) });
  }
  return reportOf(runs, { leeway: leewayVersion(), createdAt: new Date().toISOString() });
}

/** A finished run with its scores on the test split and the examples that it gets wrong; its records alone without weights. */
async function measuredRun(
  path: string,
  { examples = true, ...options }: ReportOptions,
): Promise<MeasuredRun> {
  const { record, summary, epochs } = readRun(path);
  const test = summary?.test;
  if (!summary || !test) {
    const got = summary === null ? "one that still runs or was killed" : "one that was interrupted";
    const message = `${path}: expected a run that has finished, got ${got}. Go on with it: leeway resume ${path}.`;
    throw new RunError("run", message, { path });
  }
  const own = { path, record, summary: { ...summary, test }, epochs, decision: readDecision(path) };
  if (!existsSync(join(path, modelFile)) && test.confusion) return { ...own, test: null, errors: [] };
  const predictor = openPredictor(path);
  const { scale } = methodOf(predictor.recipe.method, predictor.recipe.methodOptions);
  const { test: scores, train } = await runScores(path, options);
  const { logits, labels, ids } = scores;
  const classes = record.data.classNames.length;
  return {
    ...own,
    test: {
      ...{ logits, labels, ids, predictions: topClasses(logits, classes) },
      uncalibrated: softmax(logits, classes, { scale }),
      probabilities: predictor.probabilitiesOf(logits),
    },
    train,
    errors: examples ? await shownErrors(path, options) : [],
  };
}

/** The lists of `leeway errors` of the rarest classes, with what a person sees of each example. */
async function shownErrors(path: string, options: RunScoresOptions): Promise<ReportErrors[]> {
  const { classNames, trainCounts } = readRun(path).record.data;
  const labels = [...trainCounts.keys()]
    .sort((a, b) => trainCounts[a]! - trainCounts[b]! || a - b)
    .slice(0, maxErrorClasses);
  const top = Math.max(3, Math.min(12, Math.floor(maxShown / (4 * labels.length))));
  const all = await runErrors(path, { ...options, top });
  const shown = labels.map((label) => all[label]!); // labels of classes
  const examples = shown.flatMap(listsOf).flat();
  const folders = { dataDir: options.dataDir, cacheDir: options.cacheDir };
  const places = await placesOf(path, examples, folders);
  const views = await viewsOf(path, examples, folders);
  const labelOf = new Map(classNames.map((name, label) => [name, label]));
  const seen = new Map(
    examples.map((example, i): [ErrorExample, ReportExample] => [
      example,
      {
        ...{ split: example.split, id: example.id },
        ...{ label: labelOf.get(example.label)!, prediction: labelOf.get(example.prediction)! }, // its classes
        ...{ labelProbability: example.labelProbability, other: labelOf.get(example.other)! }, // likewise
        ...{
          otherProbability: example.otherProbability,
          place: placeText(places[i]!),
          view: views[i] ?? null,
        },
      },
    ]),
  );
  const those = (list: readonly ErrorExample[]): ReportExample[] => list.map((each) => seen.get(each)!); // all seen
  return shown.map((own) => ({
    ...{ label: labelOf.get(own.name)!, examples: own.examples, wrong: own.wrong }, // a class
    ...{ hardest: those(own.hardest), falseAlarms: those(own.falseAlarms) },
    ...{ mislabelled: those(own.mislabelled), uncertain: those(own.uncertain) },
  }));
}

function listsOf({ hardest, falseAlarms, mislabelled, uncertain }: ClassErrors): (readonly ErrorExample[])[] {
  return [hardest, falseAlarms, mislabelled, uncertain];
}

/** The logarithms of the probabilities of the test split, as many as a page has room for; undefined where that is none. */
function packedLogits({ record, test }: MeasuredRun, runs: number): PackedLogits | undefined {
  if (test === null) return undefined;
  const { probabilities, labels } = test;
  const classes = record.data.classNames.length;
  const kept = keptClasses({ examples: labels.length, classes, runs });
  if (kept === 0) return undefined;
  const scores = codedScores(probabilities, { classes, kept });
  return {
    logProbabilities: packed(scores.codes),
    ...(scores.classes && { classes: packed(scores.classes) }),
    labels: packed(Uint16Array.from(labels)),
    prior: Array.from(calibratedPrior(priorCounts(record.data)), shownProbability),
  };
}

function packed(values: Uint16Array): string {
  return gzipSync(bytePlanes(values), { level: 9 }).toString("base64");
}
