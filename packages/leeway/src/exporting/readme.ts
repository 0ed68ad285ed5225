import type { Manifest } from "../inference/index.ts";
import type { DecisionRecord } from "../records/index.ts";
import { count, counted, markdownTable, percent } from "../report/index.ts";
import { callingSections, rawKind } from "./readme-calls.ts";

/** What the page of a model is made from. */
export interface ReadmeFacts {
  readonly manifest: Manifest;
  /** `preparation.json`. */
  readonly preparation: unknown;
  readonly decision: DecisionRecord | null;
}

const things = {
  table: "a row of a table",
  text: "a text",
  image: "an image",
  embedding: "a vector",
} as const;

/** Classes that a sentence names; of more the first. */
const maxNamed = 12;

/** The page of an exported model: what it predicts, what it learned from, how good it is, how it is called. */
export function modelReadme(facts: ReadmeFacts): string {
  const { manifest } = facts;
  const title = manifest.trained?.dataset ?? "model";
  return `${[
    `# ${inline(title)}`,
    purpose(facts),
    "## How good it is",
    ...quality(manifest),
    "## Probabilities",
    ...probabilities(facts),
    "## What it was trained on",
    training(manifest),
    ...callingSections(facts),
    "## Licence",
    manifest.licence === undefined ? "None was given when the model was exported." : inline(manifest.licence),
  ].join("\n\n")}\n`;
}

function purpose(facts: ReadmeFacts): string {
  const { classNames, precision } = facts.manifest;
  const named = classNames.slice(0, maxNamed).map(code);
  const more = classNames.length > maxNamed ? `, and ${classNames.length - maxNamed} more` : "";
  const weights = {
    fp32: "",
    fp16: ", with weights stored as float16",
    int8: ", with weights stored in 8 bits",
  };
  return (
    `A classifier, exported by [Leeway](https://www.npmjs.com/package/leeway) as ONNX${weights[precision]}: it says to which ` +
    `of ${classNames.length} classes ${things[rawKind(facts)]} belongs. They are ${named.join(", ")}${more}. ` +
    "It says so of anything that it is given, also of what belongs to none of them."
  );
}

function quality(manifest: Manifest): string[] {
  const { trained, precisionCost, precision, priorCounts } = manifest;
  const test = trained?.test;
  const cost = precisionCost && [
    `Weights of ${precision} cost little: on ${count(precisionCost.examples)} validation examples accuracy is ` +
      `${percent(precisionCost.stored.accuracy, { digits: 2 })} where it is ` +
      `${percent(precisionCost.fp32.accuracy, { digits: 2 })} with float32, balanced accuracy ` +
      `${percent(precisionCost.stored.balancedAccuracy, { digits: 2 })} where it is ` +
      `${percent(precisionCost.fp32.balancedAccuracy, { digits: 2 })}. The numbers above are of float32.`,
  ];
  if (test === undefined) {
    return ["Nobody measured it: the run was interrupted before it read its test split.", ...(cost ?? [])];
  }
  const sentence =
    `Of ${counted(test.examples, "test example", "test examples")}, on which nothing was trained, it gets ` +
    `${percent(test.accuracy)} right (accuracy). The mean over the classes is ${percent(test.balancedAccuracy)} ` +
    `(balanced accuracy), macro F1 ${percent(test.macroF1)}.`;
  return [sentence, classTable(manifest, priorCounts), ...(cost ?? [])];
}

function classTable({ classNames, trainCounts, trained }: Manifest, priorCounts: readonly number[]): string {
  const total = priorCounts.reduce((sum, each) => sum + each, 0);
  const rows = classNames.map((name, j) => [
    code(name),
    count((trainCounts ?? priorCounts)[j]!), // one a class
    percent(priorCounts[j]! / total),
    percent(trained?.test?.perClass[j] ?? null),
  ]);
  const head = ["class", "training examples", "base rate", "right on the test split"];
  return markdownTable([head, ...rows], { right: [1, 2, 3] });
}

function probabilities({ manifest, decision }: ReadmeFacts): string[] {
  const { calibration } = manifest;
  const fitted =
    calibration === null
      ? "Probabilities are the network's own: nothing was held out to calibrate them on, and they are as a rule too sure."
      : `Probabilities are calibrated on ${counted(calibration.examples, "example", "examples")} held out of training.`;
  const rates =
    "They have the base rates of the table: where classes are rarer or more frequent than there, say so with `prior`. " +
    "The class of a prediction is the method's own decision, which of a method that re-balances is not always the most probable one.";
  if (decision === null) return [`${fitted} ${rates}`];
  const aims =
    "costs" in decision.requested
      ? "the lowest cost"
      : decision.requested.criteria.map(({ kind, class: name }) => `${kind} of ${code(name)}`).join(", ");
  const chosen = aims === "" ? "sets of classes" : aims;
  return [
    `${fitted} ${rates}`,
    `\`decision.json\` has a decision that was chosen on the validation split, for ${chosen}: predictions have it beside the class.`,
  ];
}

function training({ trained, trainCounts }: Manifest): string {
  if (trained === undefined) return "The run does not say.";
  const { dataset, examples, network, method, run, at, leeway, fingerprint } = trained;
  const classes = trainCounts?.length ?? 0;
  return (
    `${counted(examples, "example", "examples")} of ${classes} classes of ${code(dataset)}, fingerprint ` +
    `\`${fingerprint.slice(0, 16)}\`: network ${code(network)}, method ${code(method)}, run ${code(run)} of ` +
    `${at.slice(0, 10)}, Leeway ${leeway}. \`model.json\` has all of it.`
  );
}

/** Text from data in a page: nothing of it is taken for Markdown's own signs, or for another line. */
function inline(text: string): string {
  return text.replace(/[\r\n]+/g, " ").replace(/[\\`*_{}[\]<>#|]/g, "\\$&");
}

/** A name as code; also one with the sign of code in it. */
export function code(name: string): string {
  const plain = name.replace(/[\r\n|]+/g, " ");
  const fence = "`".repeat(Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  const space = plain.startsWith("`") || plain.endsWith("`") || plain.trim() === "" ? " " : "";
  return `${fence}${space}${plain}${space}${fence}`;
}
