import { readFileSync } from "node:fs";

/** A row of the table of layers. */
export interface Layer {
  readonly holds: string;
  /** Names of layers, or "everything". */
  readonly imports: string;
  /** `torch` stands for `@leeway/torch`, `node:` for Node's own modules. Default: neither. */
  readonly uses?: string;
}

/** What a layer of `src` may import besides itself. */
export const layers = JSON.parse(
  readFileSync(new URL("../layers.json", import.meta.url), "utf8"),
) as Readonly<Record<string, Layer>>;

/** What a row allows, `torch` and `node:` included. */
export function namesIn({ imports, uses = "" }: Layer): string[] {
  return `${imports} ${uses}`.split(" ").filter((name) => name !== "");
}

/** A layer and all that it reaches through the layers that it may import. */
export function reached(from: string, seen: ReadonlySet<string> = new Set()): ReadonlySet<string> {
  const row = layers[from];
  const here = new Set([...seen, from]);
  if (row === undefined || row.imports === "everything" || seen.has(from)) return here;
  return namesIn(row).reduce<ReadonlySet<string>>((all, next) => reached(next, all), here);
}

/** The layers that reach neither libtorch nor Node. */
export const pureLayers = Object.entries(layers)
  .filter(([, { imports }]) => imports !== "everything")
  .map(([name]) => name)
  .filter((name) => !reached(name).has("torch") && !reached(name).has("node:"));
