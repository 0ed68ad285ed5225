import { renderComparison, comparisonNotes } from "../../src/report/index.ts";
import { describe as suite, expect, test } from "vitest";
import { type ComparedMethod, summaryOf } from "../../src/analysis/index.ts";
import { colorsFor } from "../../src/cli/terminal.ts";

const byBalanced = {
  name: "balanced-accuracy",
  words: "balanced accuracy",
  better: "higher",
  unit: "share",
  column: "balanced",
} as const;

function compared(
  method: string,
  balanced: readonly number[],
  gains: readonly number[] = [],
): ComparedMethod {
  const none = { "top-1": null, "worst class": null, "macro-F1": null, "average precision": null };
  const summary = balanced.length === 0 ? null : summaryOf(balanced);
  const gain = gains.length === 0 ? null : summaryOf(gains);
  const apart = gain?.interval != null && gain.interval[0] * gain.interval[1] > 0;
  return {
    method,
    seeds: [...balanced.keys()],
    folds: null,
    runs: [],
    unseenStage: [],
    lastEpoch: [],
    scarce: { classes: 2, test: [], validation: [] },
    rarest: null,
    measures: { ...none, balanced: summary },
    judge: byBalanced,
    judged: summary,
    baseRate: null,
    gain,
    apart,
  };
}

const erm = compared("erm", [60, 70]);
const notesOf = (other: ComparedMethod): string => comparisonNotes([erm, other]).join("\n");

suite("comparisonNotes", () => {
  test("tells which methods are apart from the first, and on which side", () => {
    expect(notesOf(compared("ldam-drw", [71, 80], [10, 11]))).toContain(
      "tell apart from ERM: LDAM-DRW above it.",
    );
    expect(notesOf(compared("rw", [50, 59], [-10, -11]))).toContain("tell apart from ERM: RW below it.");
    expect(notesOf(compared("rw", [60, 71], [-1, 2]))).toContain("do not tell any method from ERM");
  });

  test("tells where the chosen network never saw the method's last stage", () => {
    const early = { ...compared("erm-drs", [60, 70], [0, 0]), unseenStage: [1] };
    expect(notesOf(early)).toContain("ERM-DRS, seed 1: an epoch before its last stage was chosen");
    expect(notesOf(compared("erm-drs", [60, 70], [0, 0]))).not.toContain("before its last stage");
  });

  test("promises nothing of one seed, and says what has no run", () => {
    expect(comparisonNotes([compared("erm", [60]), compared("rw", [61], [1])])[0]).toContain("One seed");
    expect(notesOf(compared("rw", []))).toBe("No run has finished of RW: run it again to go on.");
  });
});

suite("a comparison over folds", () => {
  test("says what its interval is, and its source", () => {
    const folded = [compared("erm", [60, 70, 65]), compared("rw", [61, 70, 66], [1, 0, 1])].map((each) => ({
      ...{ ...each, folds: 3, seeds: [0, 0, 0] },
    }));
    const notes = comparisonNotes(folded).join(" ");
    expect(notes).toContain("the mean over 3 folds (Student's t, widened");
    expect(notes).toContain("Nadeau and Bengio 2003); differences are taken fold by fold.");
  });
});

suite("a comparison by another metric", () => {
  const judge = {
    ...byBalanced,
    name: "log-loss",
    words: "log loss",
    better: "lower",
    unit: "nats",
  } as const;
  const byLoss = (method: string, losses: readonly number[], gains: readonly number[] = []) => ({
    ...compared(method, losses, gains),
    ...{ measures: compared(method, [60, 70]).measures, judge: { ...judge, column: null } },
  });
  const [first, other] = [byLoss("erm", [0.5, 0.51]), byLoss("rw", [0.4, 0.41], [-0.1, -0.1001])];

  test("has a column of it, and says in which direction is better", () => {
    const what = { what: "t", notes: [], markdown: false, colors: colorsFor({ isTTY: false } as never) };
    const table = renderComparison([first, other], what);
    expect(table).toContain("log loss, less ERM's");
    expect(table).toContain("−0.1001");
    expect(comparisonNotes([first, other]).join(" ")).toContain(
      "In log loss, the lower the better, these runs tell apart from ERM: RW below it.",
    );
  });

  test("puts the base rate beside average precision", () => {
    const rated = { ...first, baseRate: 2.3 };
    expect(comparisonNotes([rated, other]).join(" ")).toContain(
      "The base rate of average precision, that of scores that say nothing, is 2.3 %.",
    );
    expect(comparisonNotes([first, other]).join(" ")).not.toContain("base rate");
  });
});

suite("a comparison on few examples", () => {
  const few = (examples: number): ComparedMethod => ({
    ...compared("rw", [60, 60], [0, 0]),
    scarce: {
      classes: 2,
      test: [{ name: "fraud", examples }],
      validation: [{ name: "fraud", examples: 0 }],
    },
    lastEpoch: [0, 1],
  });

  test("says of which, and what follows", () => {
    const notes = comparisonNotes([few(1), few(1)]);
    expect(notes).toContain('Test split: 1 of "fraud". Numbers of such a class hang on single examples.');
    expect(notes).toContain("± is at least what one such example decides.");
    expect(notes).toContain(
      'Validation split: 0 of "fraud". They cannot choose an epoch, so the last one was kept.',
    );
  });

  test("says that nothing is compared where one class is left", () => {
    const none = { ...few(0), measures: { ...few(0).measures, balanced: null }, gain: null };
    expect(comparisonNotes([none, none]).join("\n")).toContain(
      "These runs compare nothing: a test split has examples of one class alone.",
    );
  });
});

suite("renderComparison", () => {
  const lineOf = (gains: readonly number[]): string => {
    const options = { what: "t", notes: [], markdown: true, colors: colorsFor(process.stdout) };
    const accuracies = gains.map(() => 60);
    const text = renderComparison([erm, compared("rw", accuracies, gains)], options);
    return text.split("\n").find((line) => line.startsWith("| RW")) ?? "";
  };

  test("signs gains, and leaves out measures that the data has not", () => {
    expect(lineOf([1, 1])).toBe("| RW | 2 | 60.0 ± 0.0 | +1.0 ± 0.0 |");
    expect(lineOf([-1.25])).toMatch(/\| −1\.[23] \|$/);
    expect(lineOf([-0.01])).toBe("| RW | 1 | 60.0 | 0.0 |");
  });
});
