import type { ExtremeRatio, Inspection } from "../theory/index.ts";
import { figure } from "./tables/theory-parts.ts";
import { count, percent, shellWord, shownName } from "./words.ts";

/** What helps at an extreme ratio: sentences without a full stop, with the options to copy. */
export function extremeWords(
  { baseRate, isBinary, keepNegatives, minPerBatch }: ExtremeRatio,
  { rarest, trainSize }: Pick<Inspection, "rarest" | "trainSize">,
): readonly string[] {
  const name = shownName(rarest.name);
  return [
    `never finding "${name}" has an accuracy of ${percent(1 - baseRate)}: do not look at accuracy`,
    ...(isBinary
      ? [
          `average precision is ${rateText(baseRate)} by chance, the base rate: read it beside that`,
          "leeway decide RUN --max-alerts 50/1000 after training: a threshold by how many cases you can look at",
        ]
      : []),
    ...(minPerBatch === null
      ? []
      : [
          `--min-per-batch ${shellWord(`${rarest.name}=${minPerBatch}`)}: every step sees "${name}", of which a batch of ${count(rarest.batchSize)} has ${figure(rarest.perBatch)} as drawn`,
        ]),
    ...(keepNegatives === null
      ? []
      : [
          `--keep-negatives ${keepNegatives.share}: trains on ${count(keepNegatives.examples)} of ${count(trainSize)} examples, in less time and memory, and keeps probabilities those of all`,
        ]),
  ];
}

/** A small share with two digits that count: `0.0010`, `0.000099`. */
function rateText(rate: number): string {
  return rate.toFixed(Math.max(3, 1 - Math.floor(Math.log10(rate))));
}
