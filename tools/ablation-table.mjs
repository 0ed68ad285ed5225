// node tools/ablation-table.mjs [FOLDER]: the finished runs of the parts of --recipe strong, alone and together, and what
// each part is worth: alone, beside the three others, and on average over the runs with one part or with three. These are
// half of all 16 that the four parts allow (a 2^(4-1) design), in which a part is confounded only with the other three together.
import { listRuns, readRun } from "../packages/leeway/dist/storage/index.js";

const parts = {
  AutoAugment: ({ augment }) => augment === "autoaugment",
  "cutout 16": ({ methodOptions }) => methodOptions.cutout === 16,
  "weight decay 5e-4": ({ weightDecay }) => weightDecay === 5e-4,
  cosine: ({ schedule }) => schedule.cosineUntil !== undefined,
};
const names = Object.keys(parts);

const runs = listRuns(process.argv[2] ?? "results/cifar10-lt100-ablation")
  .map(readRun)
  .filter(({ summary }) => summary?.status === "finished")
  .map(({ record: { recipe }, summary: { test } }) => ({
    has: names.map((name) => parts[name](recipe)),
    isAveraged: (recipe.averageDecay ?? 0) > 0,
    method: recipe.method,
    top: 100 * test.topOne,
    medium: 100 * test.shotGroups.medium,
  }));
const heads = runs.filter(({ method }) => method === "bs-head");
const averaged = heads.filter(({ isAveraged }) => isAveraged);

showRuns();
showParts();

/** Every set of parts that was trained, from none to all. */
function showRuns() {
  row(...names, "average", "accuracy %", "two rarest classes", "without the new last layer");
  rule(names.length + 4);
  const ordered = heads.toSorted(
    (a, b) => sizeOf(a) - sizeOf(b) || b.isAveraged - a.isAveraged || a.top - b.top,
  );
  for (const run of ordered) {
    const plain = runs.find((each) => each.method === "erm" && isSame(each, run));
    const marks = [...run.has, run.isAveraged].map((has) => (has ? "yes" : "–"));
    row(...marks, run.top.toFixed(1), run.medium.toFixed(1), plain?.top.toFixed(1) ?? "–");
  }
  console.log();
}

/** What each part adds to the accuracy, in points. */
function showParts() {
  row("part", "alone", "beside the others", "on average");
  rule(4);
  const half = averaged.filter((run) => sizeOf(run) % 2 === 1);
  for (const [i, name] of names.entries()) {
    const alone = difference(only(i), only());
    const beside = difference(allBut(), allBut(i));
    const [withIt, withoutIt] = [true, false].map((has) => half.filter((run) => run.has[i] === has));
    const whole = withIt.length === 4 && withoutIt.length === 4;
    row(name, alone, beside, whole ? signed(mean(withIt) - mean(withoutIt)) : "–");
  }
  row("all four", difference(allBut(), only()), "", "");
  const unaveraged = heads.find((run) => !run.isAveraged && sizeOf(run) === names.length);
  row("average of the weights", "–", difference(allBut(), unaveraged), "–");
}

function only(...indices) {
  return averaged.find(({ has }) => has.every((it, i) => it === indices.includes(i)));
}

function allBut(...indices) {
  return averaged.find(({ has }) => has.every((it, i) => it !== indices.includes(i)));
}

function isSame(a, b) {
  return a.isAveraged === b.isAveraged && a.has.every((it, i) => it === b.has[i]);
}

function sizeOf({ has }) {
  return has.filter(Boolean).length;
}

function mean(some) {
  return some.reduce((sum, { top }) => sum + top, 0) / some.length;
}

function difference(a, b) {
  return a === undefined || b === undefined ? "–" : signed(a.top - b.top);
}

function signed(points) {
  return `${points < 0 ? "−" : "+"}${Math.abs(points).toFixed(1)}`;
}

function row(...cells) {
  console.log(`| ${cells.join(" | ")} |`);
}

function rule(columns) {
  row(...Array.from({ length: columns }, () => "---"));
}
