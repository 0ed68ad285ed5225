import { setThreads } from "@leeway/torch";
import { defaultExponent } from "../../imbalance/index.ts";
import { endSession } from "../../training/index.ts";
import { measureMargins } from "../../probes/index.ts";
import { openSession, type StoredSession } from "../../runs/index.ts";
import { readRun } from "../../storage/index.ts";
import type { TheoryFlags } from "../commands/theory.ts";
import { asUsage } from "../options.ts";
import { requestedDevice } from "../requested-device.ts";
import {
  count,
  datasetTitle,
  describeProfile,
  exampleNoun,
  methodTitle,
  renderRunTheory,
} from "../../report/index.ts";
import { colorsFor } from "../terminal.ts";
import { runTheory, type RunTheory } from "../../theory/index.ts";

/** Measures the margins of the run in a folder and prints what they give. */
export async function theoryOfRun(path: string, flags: TheoryFlags): Promise<void> {
  const { threads, device, dataDir, cacheDir, json = false } = flags;
  requestedDevice({ device }, readRun(path).record.recipe.precision);
  if (threads !== undefined) setThreads(threads);
  const stored = await openSession(path, { dataDir, cacheDir, device });
  try {
    const theory = await theoryOf(stored, flags);
    const { record } = stored.run;
    const text = (): string => renderRunTheory(titleOf(stored), theory, colorsFor(process.stdout));
    console.log(json ? JSON.stringify({ run: path, id: record.id, ...theory }) : text());
  } finally {
    endSession(stored.session);
  }
}

async function theoryOf({ run, session }: StoredSession, flags: TheoryFlags): Promise<RunTheory> {
  const { exponent = defaultExponent, quantile = 0.5, delta = 0.05, complexity } = flags;
  const { trainCounts: counts, classNames } = run.record.data;
  const measured = await measureMargins(session);
  return asUsage(() => runTheory({ counts, classNames, measured, exponent, quantile, complexity, delta }));
}

function titleOf({ run, session }: StoredSession): string {
  const { recipe, data } = run.record;
  const what = `${methodTitle(recipe)} on ${datasetTitle(recipe)} (${describeProfile(recipe)}), seed ${recipe.seed}`;
  const unit = session.method.classifier === "cosine" ? "cosines" : "logits";
  return `${what}: margins of ${count(data.trainSize)} training ${exampleNoun(recipe)}, in ${unit}`;
}
