import { readFile } from "node:fs/promises";
import { backboneFault } from "./backbone-fault.ts";

/** Fields of a file of JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Bytes that such a file may have: tokenizers of many languages take 20 MB. */
const maxBytes = 256 * 2 ** 20;

/**
 * A file that holds an object of JSON; undefined where it is not there.
 *
 * @throws RunError with code "data" if it holds something else
 */
export async function jsonFile(path: string): Promise<JsonObject | undefined> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw backboneFault(path, {
      ...{ expected: "a file that can be read", got: (cause as Error).message, cause },
      advice: "Check the path.",
    });
  });
  if (bytes === undefined) return undefined;
  if (bytes.length > maxBytes) {
    const got = `${Math.round(bytes.length / 2 ** 20)} MB`;
    throw backboneFault(path, { expected: "at most 256 MB of JSON", got, advice: "Check the file." });
  }
  return jsonObject(bytes.toString("utf8"), path);
}

/**
 * An object of JSON.
 *
 * @param path how errors speak of it
 * @throws RunError with code "data" if it is something else
 */
export function jsonObject(text: string, path: string): JsonObject {
  const advice = "Get a fresh copy.";
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch (cause) {
    throw backboneFault(path, { expected: "JSON", got: (cause as Error).message, advice, cause });
  }
  throw backboneFault(path, { expected: "an object of JSON", got: text.slice(0, 40), advice });
}
