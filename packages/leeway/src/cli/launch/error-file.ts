import { readFileSync, statSync, writeFileSync } from "node:fs";

/** Names the file in which a rank says to its launcher why it failed: torchrun's contract, which ours keeps. */
export const errorFileVariable = "TORCHELASTIC_ERROR_FILE";

/**
 * Writes why this process failed for the launcher that started it; nothing where none wants to know.
 *
 * A file that cannot be written changes nothing: the same is on stderr.
 */
export function writeErrorFile(
  message: string,
  { stack = message, file = process.env["TORCHELASTIC_ERROR_FILE"] ?? "" } = {},
): void {
  if (file === "") return;
  const timestamp = String(Math.floor(Date.now() / 1000)); // torchrun reads whole seconds
  try {
    writeFileSync(
      file,
      JSON.stringify({ message: { message, extraInfo: { py_callstack: stack, timestamp } } }),
    );
  } catch {
    // The launcher then knows the exit code alone.
  }
}

/** What a rank wrote, and when; null where it wrote nothing that can be read, as one that was killed. */
export function readErrorFile(file: string): { readonly message: string; readonly at: number } | null {
  try {
    const written = JSON.parse(readFileSync(file, "utf8")) as { message?: { message?: unknown } };
    const message = written.message?.message;
    return typeof message === "string" ? { message, at: statSync(file).mtimeMs } : null;
  } catch {
    return null;
  }
}
