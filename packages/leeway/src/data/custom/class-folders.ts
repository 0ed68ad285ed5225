import { someOf } from "../../errors.ts";

/** A note of files in a folder that are not read, by the ending of their names; none where all are read. */
export function otherFilesNote(files: readonly string[], kind: "image" | "text"): string[] {
  if (files.length === 0) return [];
  const [are, their] =
    files.length === 1 ? [`file is no ${kind}`, "its name"] : [`files are no ${kind}s`, "their names"];
  return [`${files.length} ${are} by the ending of ${their}: ${someOf(files, 3)}`];
}
