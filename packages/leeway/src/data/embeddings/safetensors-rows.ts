import { open } from "node:fs/promises";

/** The format's own limit of its header. */
const maxHeaderBytes = 100_000_000;

/**
 * The rows of a matrix in a safetensors file, read from its header alone; undefined where that does not tell them:
 * reading the file reports what is wrong with it.
 *
 * @param wanted the matrix's name; by default the only one
 * @source the format's description, https://github.com/huggingface/safetensors
 */
export async function safetensorsRows(path: string, wanted?: string): Promise<number | undefined> {
  try {
    const shapes = shapesIn(await headerOf(path));
    const matrices = shapes.filter(({ name, shape }) => shape.length === 2 && (wanted ?? name) === name);
    return matrices.length === 1 ? matrices[0]?.shape[0] : undefined;
  } catch {
    return undefined;
  }
}

async function headerOf(path: string): Promise<unknown> {
  const file = await open(path);
  try {
    const size = Buffer.alloc(8);
    await file.read(size, 0, size.length, 0);
    const header = Buffer.alloc(Math.min(maxHeaderBytes, Number(size.readBigUInt64LE())));
    await file.read(header, 0, header.length, size.length);
    return JSON.parse(header.toString());
  } finally {
    await file.close();
  }
}

function shapesIn(header: unknown): { readonly name: string; readonly shape: readonly number[] }[] {
  return Object.entries(header as Record<string, { shape?: unknown }>).flatMap(([name, { shape }]) =>
    Array.isArray(shape) && shape.every((each) => Number.isSafeInteger(each))
      ? [{ name, shape: shape as number[] }]
      : [],
  );
}
