import { open } from "node:fs/promises";
import { join } from "node:path";
import { RunError } from "../errors.ts";
import type { ModelFiles } from "../inference/index.ts";

/** A model in a folder. */
export function filesOfFolder(folder: string): ModelFiles {
  return {
    place: folder,
    read: async (name, maxBytes) => {
      const path = join(folder, name);
      try {
        await using file = await open(path);
        const { size } = await file.stat();
        const bytes = new Uint8Array(Math.min(size, maxBytes + 1));
        let length = 0;
        while (length < bytes.length) {
          const { bytesRead } = await file.read(bytes, length);
          if (bytesRead === 0) break;
          length += bytesRead;
        }
        return bytes.subarray(0, length);
      } catch (cause) {
        const { code } = cause as NodeJS.ErrnoException;
        if (code === "ENOENT" || code === "ENOTDIR") return null;
        const got = cause instanceof Error ? cause.message : String(cause);
        throw new RunError("run", `${path}: expected a file of the model, got ${got}.`, { path, cause });
      }
    },
  };
}
