import type { ExportedModel } from "../../exporting/index.ts";
import { type Colors, count, percent, printable, renderTable } from "../../report/index.ts";

const contents: Readonly<Record<string, string>> = {
  "model.onnx": "raw inputs to logits and calibrated probabilities",
  "model.json": "classes, calibration, and the hashes of the files",
  "preparation.json": "what makes inputs of examples",
  "backbone.onnx": "images or texts to the vectors that model.onnx takes",
  "tokenizer.json": "what makes tokens of texts",
  "decision.json": "what makes decisions of probabilities",
  "README.md": "what it predicts, how good it is, how it is called",
};

/** An exported model for a person: its files, and what its stored weights cost. */
export function renderExport(
  { path, files, manifest, cost }: ExportedModel,
  { colors }: { readonly colors: Colors },
): string {
  const rows = Object.entries(files).map(([name, bytes]) => [name, sizeText(bytes), contents[name] ?? ""]);
  const lines = [colors.bold("Exported"), "", renderTable(rows, { right: [1], indent: 2 }), ""];
  if (cost !== undefined) {
    const { fp32, stored, examples } = cost;
    const share = (value: number | null): string => percent(value, { digits: 2 });
    const table = [
      ["weights", "accuracy", "balanced accuracy"],
      ["fp32", share(fp32.accuracy), share(fp32.balancedAccuracy)],
      [manifest.precision, share(stored.accuracy), share(stored.balancedAccuracy)],
    ];
    lines.push(
      `On ${count(examples)} validation examples:`,
      renderTable(table, { right: [1, 2], indent: 2 }),
      "",
    );
  }
  return [...lines, `model  ${printable(path)}`].join("\n");
}

function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, "kB"] : [bytes / 1e6, "MB"];
  return `${value.toFixed(1)} ${unit}`;
}
