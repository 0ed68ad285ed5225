/** What is said of files in a folder that are not read, by the ending of their names; nothing where there are none. */
export function otherFilesNote(files: readonly string[], kind: "image" | "text"): string[] {
  if (files.length === 0) return [];
  const [are, their] =
    files.length === 1 ? [`file is no ${kind}`, "its name"] : [`files are no ${kind}s`, "their names"];
  const named = files.slice(0, 3).join(", ") + (files.length > 3 ? ", …" : "");
  return [`${files.length} ${are} by the ending of ${their}: ${named}`];
}
