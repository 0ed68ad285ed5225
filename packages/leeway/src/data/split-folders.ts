import { readdir } from "node:fs/promises";

/** What the folder of a test split may be called, beside one called "train". */
export const testFolders: readonly string[] = ["test", "val", "valid", "validation"];

/** Whether a path is a folder that has a training and a test split in folders of their own. */
export async function hasTestFolder(path: string): Promise<boolean> {
  const names = await readdir(path).catch((): string[] => []); // a file; what is wrong with a folder, its reader says
  return names.includes("train") && testFolders.some((name) => names.includes(name));
}
