import type { RunRow } from "../../../leeway/src/report/page/run-row.ts";
import { clock, percent } from "../../../leeway/src/report/words.ts";

/** A column of the table of runs. */
export interface RunColumn {
  readonly id: string;
  readonly title: string;
  /** What it is, in a sentence, for those who point at it. */
  readonly about: string;
  /** What rows are sorted by; null comes last either way. */
  readonly key: (row: RunRow) => string | number | null;
  readonly text: (row: RunRow) => string;
  /** Numbers stand right. */
  readonly isNumber: boolean;
}

const share = (id: string, title: string, about: string, of: (row: RunRow) => number | null): RunColumn => ({
  id,
  title,
  about,
  key: of,
  text: (row) => percent(of(row)),
  isNumber: true,
});

const word = (id: string, title: string, about: string, of: (row: RunRow) => string): RunColumn => ({
  ...{ id, title, about, key: of, text: of, isNumber: false },
});

/** The columns that every table of runs has. */
export const columns: readonly RunColumn[] = [
  word("id", "run", "the name of its folder", ({ id }) => id),
  word(
    "status",
    "status",
    "whether it runs, has finished, was interrupted or killed",
    ({ status }) => status,
  ),
  word("method", "method", "", ({ method }) => method),
  word("data", "data", "", ({ data }) => data),
  word("model", "network", "", ({ model }) => model),
  {
    ...{ id: "seed", title: "seed", about: "", isNumber: true },
    ...{ key: ({ seed }) => seed, text: ({ seed }) => String(seed) },
  },
  {
    ...{ id: "epochs", title: "epochs", about: "done, of those that its recipe has", isNumber: true },
    ...{ key: ({ epochs }) => epochs, text: ({ epochs, of }) => `${epochs}/${of}` },
  },
  share("best", "best", "balanced accuracy of the chosen epoch, validation split", ({ best }) => best),
  share("last", "last", "balanced accuracy of the last epoch, where it was evaluated", ({ last }) => last),
  share("balanced", "balanced", "balanced accuracy, test split", ({ test }) => test.balanced),
  share("worst", "worst class", "accuracy of the worst class, test split", ({ test }) => test.worst),
  share(
    "few",
    "few-shot",
    "classes with fewer than 20 training examples, test split",
    ({ test }) => test.few,
  ),
  share(
    "ap",
    "average precision",
    "of the rarer of two classes, test split",
    ({ test }) => test.averagePrecision,
  ),
  share("accuracy", "accuracy", "over all test examples", ({ test }) => test.accuracy),
  {
    ...{ id: "seconds", title: "time", about: "of the whole run", isNumber: true },
    ...{ key: ({ seconds }) => seconds, text: ({ seconds }) => (seconds === null ? "–" : clock(seconds)) },
  },
  word("created", "begun", "UTC", ({ createdAt }) => createdAt.slice(0, 16).replace("T", " ")),
];

/** Settings that are shown beside, at most. */
const maxSettings = 8;

/** A column for each setting that differs among runs, those that differ most first; fields of other columns are left out. */
export function settingColumns(rows: readonly RunRow[]): RunColumn[] {
  const values = new Map<string, Set<string>>();
  for (const { recipe } of rows) {
    for (const [field, value] of Object.entries(recipe)) {
      const seen = values.get(field);
      if (seen === undefined) values.set(field, new Set([value]));
      else seen.add(value);
    }
  }
  const known = new Set(["method", "dataset", "model", "seed", "epochs", "source.kind", "source.label"]);
  return [...values]
    .filter(
      ([field, { size }]) => !known.has(field) && !field.startsWith("source.paths") && differs(field, size),
    )
    .sort(([, a], [, b]) => b.size - a.size)
    .slice(0, maxSettings)
    .map(([field]) =>
      word(`recipe.${field}`, field, "a setting that differs", ({ recipe }) => recipe[field] ?? "–"),
    );

  function differs(field: string, size: number): boolean {
    return size > 1 || rows.some(({ recipe }) => recipe[field] === undefined);
  }
}

/** Rows in the order of a column; those without a value last. */
export function sorted(rows: readonly RunRow[], { key }: RunColumn, isRising: boolean): RunRow[] {
  const sign = isRising ? 1 : -1;
  return [...rows].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    if (typeof x === "number" && typeof y === "number") return sign * (x - y);
    return sign * String(x).localeCompare(String(y));
  });
}

/** Whether a run has all words of a search, anywhere in its line or settings. */
export function matches(row: RunRow, search: string): boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const text = [...columns.map((column) => column.text(row)), ...settings(row)].join(" ").toLowerCase();
  return words.every((each) => text.includes(each));
}

function settings({ recipe }: RunRow): string[] {
  return Object.entries(recipe).map(([field, value]) => `${field}=${value}`);
}
