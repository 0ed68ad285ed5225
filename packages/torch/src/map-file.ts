import { native } from "./native.ts";

/**
 * A file as memory. What several processes map is in memory once, and the system drops what is not in use; what one of
 * them writes is its own, and the file stays as it is. The bytes must not be cut off meanwhile, but the name may go.
 *
 * @throws TorchError naming a file that is empty or cannot be read
 */
export function mapFile(path: string): ArrayBuffer {
  return native().mapFile(path);
}
