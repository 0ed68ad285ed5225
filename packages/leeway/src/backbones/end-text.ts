import type { FoundEnd } from "../onnx/cut.ts";

const typeNames: Readonly<Record<number, string>> = {
  ...{ 1: "float32", 2: "uint8", 6: "int32", 7: "int64", 10: "float16" },
};

/** An input of a graph in a message: `pixel_values float32 [any, 3, 224, 224]`. */
export function endText({ name, type, dims }: FoundEnd): string {
  const size = dims === undefined ? "…" : dims.map((dim) => dim ?? "any").join(", ");
  return `${name} ${typeNames[type] ?? `type ${type}`} [${size}]`;
}
