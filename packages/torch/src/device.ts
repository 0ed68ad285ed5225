import { native } from "./native.ts";

/** The linked libtorch: its version, whether it can use a CUDA device, and how it was built. */
export function libtorch(): { readonly version: string; readonly cuda: boolean; readonly build: string } {
  return native().facts();
}
