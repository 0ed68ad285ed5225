import { describe as suite, expect, test } from "vitest";
import { renderSvg } from "../../leeway/src/report/index.ts";
import { outcomeAt } from "../src/report/numbers/priors.ts";
import { unpackedScores } from "../src/report/numbers/packed.ts";
import { csvOf } from "../src/report/numbers/table.ts";
import { classesSpec, classesTable } from "../src/report/twins/classes.ts";
import { confusionSpec, confusionTable } from "../src/report/twins/confusion.ts";
import { differenceSpec, differenceTable, gainsSpec, gainsTable } from "../src/report/twins/difference.ts";
import { errorsTable } from "../src/report/twins/errors.ts";
import { biasSpec, biasTable, flowParts, flowSpec, flowTable } from "../src/report/twins/flow.ts";
import { headlineSpec, headlineTable } from "../src/report/twins/headline.ts";
import { marginsSpec, marginsTable } from "../src/report/twins/margins.ts";
import { priorSpec, priorTable } from "../src/report/twins/priors.ts";
import { reliabilitySpec, reliabilityTable } from "../src/report/twins/reliability.ts";
import { thresholdSpec, thresholdTable } from "../src/report/twins/threshold.ts";
import { trainingSpec, trainingTable } from "../src/report/twins/training.ts";
import { simulatedReport } from "./simulated/report.ts";

const { runs, differences } = simulatedReport({ classes: 5, examples: 500, compared: true });
const [run] = runs;
const [detection] = run!.detections;
const measured = { ...run!, margins: run!.margins! };
const scores = await unpackedScores(run!.logits!);
const outcome = outcomeAt(scores, scores.prior);

const twins = [
  ["headline", headlineTable(runs), headlineSpec(runs)],
  ["classes", classesTable(runs), classesSpec(runs)],
  ["confusion", confusionTable(run!), confusionSpec(run!)],
  ["flow", flowTable(run!), flowSpec(run!)],
  ["bias", biasTable(run!), biasSpec(run!)],
  ["margins", marginsTable(measured), marginsSpec(measured)],
  ["reliability", reliabilityTable(run!), reliabilitySpec(run!)],
  ["threshold", thresholdTable(detection!, 0.2), thresholdSpec(run!, detection!, 0.2)],
  ["priors", priorTable(run!, scores.prior, outcome), priorSpec(run!, scores.prior, outcome)],
  ["training", trainingTable(run!), trainingSpec(run!)],
  ["difference", differenceTable(run!, differences[0]!), differenceSpec(run!, differences[0]!)],
  ["gains", gainsTable(run!), gainsSpec(run!)],
] as const;

suite("the twins of the panels", () => {
  test.for(twins)("%s: a specification that Vega-Lite draws without a warning", async ([, , spec]) => {
    expect(await renderSvg(spec)).toMatch(/^<svg/);
  });

  test.for(twins)("%s: rows as long as their columns", ([, { columns, rows }]) => {
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter((row) => row.length !== columns.length)).toEqual([]);
    expect(csvOf({ columns, rows }).split("\r\n")).toHaveLength(rows.length + 2);
  });

  test("errors have a table", () => {
    const { columns, rows } = errorsTable(run!);
    expect(rows.every((row) => row.length === columns.length)).toBe(true);
  });
});

suite("flowParts", () => {
  test("divide each group into shares with sum 1", () => {
    const parts = flowParts(run!);
    for (const group of run!.groups.groups) {
      const own = parts.filter(({ from }) => from === group);
      expect(own.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    }
  });
});
