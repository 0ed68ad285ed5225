import type { ExampleView } from "../../../leeway/src/catalogue/example-view.ts";
import type { ReportErrors, ReportExample } from "../../../leeway/src/report/page/report-data.ts";
import type { Scores } from "./scores.ts";

/** The worst examples of a class; none of a class without errors. */
export function errorsOf(
  { labels, calibrated }: Scores,
  predictions: ArrayLike<number>,
  { label, noun, max }: { readonly label: number; readonly noun: string; readonly max: number },
): ReportErrors[] {
  const classes = calibrated.length / labels.length;
  const p = (i: number, j: number): number => calibrated[i * classes + j]!;
  const own = [...labels.keys()].filter((i) => labels[i] === label);
  const missed = own.filter((i) => predictions[i] !== label);
  const alarms = [...labels.keys()].filter((i) => labels[i] !== label && predictions[i] === label);
  const example = (i: number): ReportExample => ({
    split: "test",
    ...{ id: i, label: labels[i]!, prediction: predictions[i]!, labelProbability: p(i, labels[i]!) },
    ...{ other: predictions[i]!, otherProbability: p(i, predictions[i]!) },
    place: noun === "images" ? `photos/test/${label}/${i}.jpg` : `transactions.csv, row ${i + 2}`,
    view: viewOf(i, noun),
  });
  if (missed.length + alarms.length === 0) return [];
  const gap = (i: number): number => Math.abs(p(i, label) - p(i, predictions[i]!));
  return [
    {
      ...{ label, examples: own.length, wrong: missed.length },
      hardest: missed
        .toSorted((a, b) => p(a, label) - p(b, label))
        .slice(0, max)
        .map(example),
      falseAlarms: alarms
        .toSorted((a, b) => p(b, label) - p(a, label))
        .slice(0, max)
        .map(example),
      mislabelled: missed
        .filter((i) => p(i, predictions[i]!) > 0.95)
        .slice(0, Math.min(3, max))
        .map(example),
      uncertain: missed
        .toSorted((a, b) => gap(a) - gap(b))
        .slice(0, max)
        .map(example),
    },
  ];
}

function viewOf(i: number, noun: string): ExampleView {
  if (noun === "texts")
    return { kind: "text", text: `Not bad at all, but then the last half hour (${i}) … `.repeat(4) };
  if (noun === "rows") {
    const columns: [string, string][] = [
      ["amount", String((i * 37) % 900)],
      ["country", "CH"],
      ["merchant", `shop ${i % 40}`],
      ["hour", String(i % 24)],
    ];
    return { kind: "row", columns };
  }
  const hue = (i * 47) % 360;
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="hsl(${hue},30%,70%)"/><circle cx="${20 + (i % 24)}" cy="34" r="${10 + (i % 14)}" fill="hsl(${(hue + 140) % 360},45%,40%)"/></svg>`;
  return { kind: "image", picture: `data:image/svg+xml;base64,${Buffer.from(picture).toString("base64")}` };
}
