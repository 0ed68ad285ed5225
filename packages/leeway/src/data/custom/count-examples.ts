import { readdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { isFolder } from "../files/bounded-read.ts";
import { countRows } from "../files/count-rows.ts";
import { imageEndings } from "../images/decode.ts";
import type { CustomData } from "../../catalogue/index.ts";

/**
 * How many training examples own data has, what will be held out of them included: rows of a table, or files of a
 * folder. None is read. Undefined where only reading them tells.
 *
 * @throws RunError with code "data" if a table cannot be read
 */
export async function countExamples({ kind, paths, options = {} }: CustomData): Promise<number | undefined> {
  const [path = ""] = paths;
  if (!(await isFolder(path))) {
    const text = (option: unknown): string | undefined => (typeof option === "string" ? option : undefined);
    return countRows(paths, { encoding: text(options.encoding), vector: text(options.vector) });
  }
  const inTrain = join(path, "train");
  const files = await readdir((await isFolder(inTrain)) ? inTrain : path, { recursive: true });
  const endings = kind === "image" ? imageEndings : [".txt"];
  return files.filter((name) => endings.includes(extname(name).toLowerCase())).length;
}
