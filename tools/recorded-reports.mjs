// npm run reports [-- FOLDER]: a page for every recorded run of results/, made of its records alone, one that compares
// the methods of every setting, and an index of them. Into results/reports, which git ignores.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { reportPage } from "@leeway/dashboard";
import { reportData } from "../packages/leeway/dist/api/report-data.js";
import { listRuns, readRun } from "../packages/leeway/dist/storage/index.js";
import { root } from "./prepare.mjs";

/** Runs that are compared on a page, at most. */
const maxCompared = 8;

const results = join(root, "results");
const to = process.argv[2] ?? join(results, "reports");
const sections = [];
for (const set of readdirSync(results, { withFileTypes: true })) {
  if (!set.isDirectory()) continue;
  const runs = listRuns(join(results, set.name)).map(readRun).filter(isTested);
  if (runs.length === 0) continue;
  mkdirSync(join(to, set.name), { recursive: true });
  const compared = comparisons(runs).map((some, i) => ({ name: `compared-${i + 1}`, runs: some }));
  const each = runs.map((run) => ({ name: nameOf(run), runs: [run] }));
  const pages = [];
  for (const { name, runs: shown } of [...compared, ...each]) {
    const data = await reportData(shown.map(({ path }) => path));
    const file = `${set.name}/${name}.html`;
    writeFileSync(join(to, file), reportPage(data));
    pages.push({ file, data });
  }
  sections.push({ name: set.name, pages });
  console.log(`${set.name}: ${pages.length} reports`);
}
writeFileSync(join(to, "index.html"), indexPage());
console.log(join(to, "index.html"));

function isTested({ summary }) {
  return summary?.status === "finished" && summary.test?.confusion !== undefined;
}

function nameOf({ path }) {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Of every setting in which methods can be compared, a run of each, plain training first. */
function comparisons(runs) {
  return [...grouped(runs, settingOf).values()].flatMap((members) => {
    const each = [...grouped(members, ({ record }) => record.recipe.method).values()].map(usual);
    const isPlain = ({ record }) => record.recipe.method === "erm";
    const ordered = [...each.filter(isPlain), ...each.filter((run) => !isPlain(run))];
    return each.length < 2 ? [] : [ordered.slice(0, maxCompared)];
  });
}

/** All of a recipe that is the same for the methods beside each other. */
function settingOf({ record: { recipe } }) {
  const { dataset, profile, ratio, epochs, protocol, validationFraction, schedule } = recipe;
  return JSON.stringify([
    dataset,
    profile,
    ratio,
    epochs,
    protocol,
    validationFraction,
    schedule.warmupEpochs,
  ]);
}

/** The first run of the options that were run with the most seeds. */
function usual(runs) {
  const options = ({ record: { recipe } }) => JSON.stringify({ ...recipe, seed: 0 });
  return [...grouped(runs, options).values()].reduce((a, b) => (b.length > a.length ? b : a))[0];
}

function grouped(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

function indexPage() {
  const item = ({ file, data: { runs } }) => {
    const name =
      runs.length === 1 ? runs[0].title : `${runs.map(({ method }) => method).join(", ")} compared`;
    return `<li><a href="${escaped(file)}">${escaped(name)}</a>: ${escaped(runs[0].sentence)}</li>`;
  };
  const lists = sections.map(
    ({ name, pages }) => `<h2>${escaped(name)}</h2>\n<ul>\n${pages.map(item).join("\n")}\n</ul>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Reports of recorded runs</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }</style>
<h1>Reports of recorded runs</h1>
${lists.join("\n")}
</html>
`;
}

function escaped(text) {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
