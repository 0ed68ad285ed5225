/** The library that decodes. Its types are those of Node, so that no public declaration may name it. */
export type Sharp = typeof import("sharp").default;
let loaded: Promise<Sharp> | undefined;

/** The decoder, loaded when the first image comes: most commands never need it. */
export function decoder(): Promise<Sharp> {
  loaded ??= import("sharp").then(({ default: sharp }) => {
    // One image a thread: several images at a time use the cores better, and beside libtorch's threads.
    sharp.concurrency(1);
    sharp.cache(false);
    return sharp;
  });
  return loaded;
}
