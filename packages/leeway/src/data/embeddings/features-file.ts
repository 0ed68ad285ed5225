import { z } from "zod";
import { backboneSchema, type BackboneSteps } from "../../preparation/index.ts";
import type { TextColumn } from "../files/columns.ts";
import { fileError } from "../files/file-error.ts";

/** Labelled vectors of one split. */
interface LabelledFeatures {
  readonly classNames: readonly string[];
  /** [N] */
  readonly labels: Int32Array;
  /** [N, D] */
  readonly vectors: Float32Array;
  /** D */
  readonly size: number;
}

/** The version of what is said beside the numbers. */
const version = "1";

/**
 * Vectors, their classes and what made them as a safetensors file: `features` float32 [N, D], `labels` int64 [N], and in
 * the header the names of the classes and the backbone. The same vectors give the same bytes.
 *
 * @source the format's description, https://github.com/huggingface/safetensors
 */
export function featuresFile(
  { classNames, labels, vectors, size }: LabelledFeatures,
  backbone: BackboneSteps,
): Uint8Array {
  const rows = labels.length;
  const features = new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength);
  const whole = BigInt64Array.from(labels, BigInt);
  const header = JSON.stringify({
    __metadata__: {
      ...{ format: "leeway-features", version },
      classes: JSON.stringify(classNames),
      backbone: JSON.stringify(backbone),
    },
    features: { dtype: "F32", shape: [rows, size], data_offsets: [0, features.length] },
    labels: { dtype: "I64", shape: [rows], data_offsets: [features.length, features.length + 8 * rows] },
  });
  // Values start at a multiple of 8, as the format asks for; spaces after JSON are allowed.
  const bytes = Buffer.from(header);
  const padded = Buffer.concat([bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8, " ")]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded, features, new Uint8Array(whole.buffer)]);
}

/** The backbone that a file names; undefined where it names none. */
export function backboneIn(
  metadata: Readonly<Record<string, string>>,
  path: string,
): BackboneSteps | undefined {
  if (metadata["format"] !== "leeway-features") return undefined;
  const parsed = backboneSchema.safeParse(jsonOf(metadata["backbone"]));
  if (metadata["version"] === version && parsed.success) return parsed.data;
  throw fileError(path, {
    expected: `features of version ${version}, as leeway embed writes them`,
    got: parsed.success ? `version ${metadata["version"]}` : "a backbone that cannot be read",
    advice: "Embed the data again with leeway embed.",
  });
}

/**
 * Whole numbers as a column of classes: by the names that the file has for them, else by the numbers.
 *
 * @throws RunError with code "data" for a number that has no name
 */
export function labelsIn(
  numbers: BigInt64Array | Int32Array,
  {
    name,
    metadata,
    path,
  }: { readonly name: string; readonly metadata: Readonly<Record<string, string>>; readonly path: string },
): TextColumn {
  const names = z.array(z.string()).safeParse(jsonOf(metadata["classes"])).data;
  const codes = Int32Array.from(numbers as ArrayLike<number | bigint>, Number);
  if (names === undefined) {
    const distinct = [...new Set(codes)].sort((a, b) => a - b);
    const place = new Map(distinct.map((value, i) => [value, i]));
    return {
      kind: "text",
      name,
      codes: codes.map((code) => place.get(code)!),
      distinct: distinct.map(String),
      missing: 0,
    };
  }
  const stray = codes.findIndex((code) => code < 0 || code >= names.length);
  if (stray === -1) return { kind: "text", name, codes, distinct: names, missing: 0 };
  throw fileError(path, {
    part: `row ${stray + 1}`,
    expected: `a class from 0 to ${names.length - 1}`,
    got: String(codes[stray]),
  });
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
