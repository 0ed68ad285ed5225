import { paperRows } from "../../analysis/index.ts";
import { datasetEntry, testProfileCounts } from "../../data/index.ts";
import type { Column, Experiment } from "../experiment.ts";
import { cifarColumns } from "./cifar.ts";

/** The test sets that are drawn of each profile. */
const draws = [1, 2] as const;

/**
 * Table 6: test sets as imbalanced as the training set, with their classes in another order, two of each. What LDAM
 * knows of them is how many examples each class has: its margins are those of equation 15.
 */
export const table6: Experiment = {
  kind: "table",
  name: "table6",
  summary: "CIFAR-10 with test sets as imbalanced as the training set, in another order of the classes",
  columns: cifarColumns.filter(({ dataset }) => dataset === "cifar10").flatMap(testedTwice),
  rows: paperRows("table6"),
  rivals: ["ldam", "rw", "erm-drw", "m-drw"],
  model: "resnet32",
  epochs: 200,
};

function testedTwice(column: Column): Column[] {
  const { dataset, profile, ratio } = column;
  if (profile !== "longtail" && profile !== "step") return [];
  const { classes, testSize } = datasetEntry(dataset);
  return draws.map((seed) => {
    const testProfile = { profile, ratio, seed };
    const testPrior = testProfileCounts(testProfile, { classes, max: testSize / classes });
    return {
      ...column,
      name: `${column.name}-test-${seed}`,
      title: `${column.title}; test set ${seed} alike, its classes in another order`,
      testProfile,
      methodOptions: { ldam: { testPrior }, "ldam-drw": { testPrior } },
    };
  });
}
