/** A note of files in a folder that are not read, by the ending of their names; none where all are read. */
export function otherFilesNote(files: readonly string[], kind: "image" | "text"): string[] {
  if (files.length === 0) return [];
  const [are, their] =
    files.length === 1 ? [`file is no ${kind}`, "its name"] : [`files are no ${kind}s`, "their names"];
  return [`${files.length} ${are} by the ending of ${their}: ${someFiles(files)}`];
}

/** The names of the first three of some files. */
export function someFiles(files: readonly string[]): string {
  return files.slice(0, 3).join(", ") + (files.length > 3 ? ", …" : "");
}
