// node tools/results-table.mjs FOLDER: the finished runs of a folder as Markdown tables, one a setting.
import { methodOf } from "../packages/leeway/dist/methods/index.js";
import { listRuns, readRun } from "../packages/leeway/dist/storage/index.js";

const runs = listRuns(process.argv[2] ?? "results/cifar10-lt100")
  .map(readRun)
  .filter(({ summary }) => summary?.status === "finished");
for (const [setting, members] of grouped(runs, settingOf)) {
  console.log(`### ${setting}\n`);
  console.log("| method | seeds | top-1 accuracy % | many | medium | few | worst class |");
  console.log("| --- | --- | --- | --- | --- | --- | --- |");
  for (const [method, ofMethod] of grouped(members, methodOfRun)) {
    const seeds = ofMethod.map(({ record }) => record.recipe.seed).join(", ");
    const cell = (of) => spread(ofMethod.map(({ summary }) => of(summary.test)));
    const cells = [
      cell((test) => test.topOne),
      ...["many", "medium", "few"].map((group) => cell((test) => test.shotGroups[group])),
      cell((test) => test.worstClass),
    ];
    console.log(`| ${method} | ${seeds} | ${cells.join(" | ")} |`);
  }
  console.log();
}

function settingOf({ record: { recipe } }) {
  const { dataset, profile, ratio, maxPerClass, model, epochs, schedule, precision, protocol } = recipe;
  const limit = maxPerClass === null ? "" : `, at most ${maxPerClass} a class`;
  const { base, warmupEpochs } = schedule;
  const training = [
    `${epochs} epochs at ${base} with ${warmupEpochs} of warm-up`,
    ...partsOf(recipe),
    precision,
  ];
  return `${dataset}, ${profile}, ratio ${ratio}${limit}; ${model}, ${training.join(", ")}, protocol ${protocol}`;
}

/** What a recipe adds to the paper's. */
function partsOf({ augment, schedule, weightDecay, nesterov, averageDecay, batchSize }) {
  return [
    batchSize !== 128 && `batches of ${batchSize}`,
    augment,
    schedule.cosineUntil !== undefined && "cosine",
    weightDecay !== 2e-4 && `weight decay ${weightDecay}`,
    nesterov && "Nesterov",
    averageDecay !== undefined && `average ${averageDecay}`,
  ].filter(Boolean);
}

/** A method as it is printed, with the options that differ from its defaults. */
function methodOfRun({ record: { recipe } }) {
  const { method, methodOptions } = recipe;
  const { title, options } = methodOf(method, methodOptions);
  const defaults = methodOf(method).options;
  const changed = Object.entries(options).filter(
    ([name, value]) => method !== "composed" && defaults[name] !== value,
  );
  return [title, ...changed.map(([name, value]) => `${name} ${value}`)].join(", ");
}

function grouped(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

/** The mean in per cent, with the standard deviation where there are several seeds. */
function spread(values) {
  if (values.some((value) => value === null)) return "–";
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length === 1) return (100 * mean).toFixed(1);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return `${(100 * mean).toFixed(1)} ± ${(100 * Math.sqrt(variance)).toFixed(1)}`;
}
