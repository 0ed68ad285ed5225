import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ExampleView, type InputKind } from "../catalogue/index.ts";
import {
  decodeImage,
  type DataFolders,
  exampleKind,
  type Examples,
  loadDataset,
  openCustomData,
  type Source,
  thumbnail,
} from "../data/index.ts";
import { type From, originOf, placesOf, type Position } from "./example-places.ts";
import { openPredictor, type Predictor } from "./predict.ts";

/** Pixels of a picture's side, at most. */
const side = 64;
/** Characters of a text, and of a value, that are shown. */
const [maxText, maxValue] = [600, 60];

/** An example as a person sees it; null where it cannot be shown. */
type See = (id: number) => Promise<ExampleView | null>;

/**
 * What a person sees of examples of a run's validation and test splits: a small picture, a row or a text; null for
 * vectors, and for what cannot be read any more.
 *
 * @param path the run's folder
 * @throws RunError with code "data" where the data is no longer there
 */
export async function viewsOf(
  path: string,
  examples: readonly Position[],
  folders: DataFolders = {},
): Promise<readonly (ExampleView | null)[]> {
  const predictor = openPredictor(path);
  const { recipe, preparation } = predictor;
  const kind = recipe.backbone === undefined ? preparation.kind : exampleKind(preparation);
  if (kind === "embedding" || examples.length === 0) return examples.map(() => null);
  if (kind === "table") return rowViews(path, examples, folders);
  const see = await seeing(predictor, kind, folders);
  return Promise.all(examples.map(({ split, id }) => see[originOf(predictor, split)](id)));
}

/** The columns of rows, as they are written. */
async function rowViews(
  path: string,
  examples: readonly Position[],
  folders: DataFolders,
): Promise<ExampleView[]> {
  const places = await placesOf(path, examples, { keep: ["all"], ...folders });
  return places.map(({ kept = {} }) => ({
    kind: "row",
    columns: Object.entries(kept).map(([name, value]) => [name, shortened(value ?? "", maxValue)]),
  }));
}

/** How examples of each split of the files are seen; they are read once. */
async function seeing(
  { recipe, preparation }: Predictor,
  kind: InputKind,
  folders: DataFolders,
): Promise<Readonly<Record<From, See>>> {
  const reading = { ...folders, recorded: preparation.record };
  const source =
    recipe.source === undefined
      ? await loadDataset(recipe.dataset, reading)
      : await openCustomData(recipe.source, reading, kind === "image" ? recipe.backbone : undefined);
  const of = (from: From): See => (kind === "text" ? textOf(source, from) : pictureOf(source, from));
  return { train: of("train"), validation: of("validation"), test: of("test") };
}

function textOf(source: Source, from: From): See {
  const examples = source[from];
  const place = placeFinder(examples);
  return (id) => {
    const at = place(id);
    const text = at === undefined || !examples || !("texts" in examples) ? undefined : examples.texts;
    const own = Array.isArray(text) ? (text[at!] as string | undefined) : undefined; // at was found
    return Promise.resolve(own === undefined ? null : { kind: "text", text: shortened(own, maxText) });
  };
}

/** Pictures from the files of a source that has some, else from pixels in memory. */
function pictureOf(source: Source, from: From): See {
  const { files, filesIn = "" } = source;
  if (files !== undefined) {
    return async (id) => {
      const file = files[from][id];
      if (file === undefined) return null;
      const pixels = await readFile(join(filesIn, file))
        .then((bytes) => decodeImage(bytes, { size: side, resize: "crop" }))
        .catch(() => null); // a picture that is gone is one that is not shown
      const shape = { width: side, height: side, channels: 3 };
      return pixels && { kind: "image", picture: await thumbnail(pixels, shape) };
    };
  }
  const examples = source[from];
  const place = placeFinder(examples);
  return async (id) => {
    const at = place(id);
    if (at === undefined || !examples || !hasPixels(examples)) return null;
    const { shape, pixels } = examples;
    const size = shape.channels * shape.height * shape.width;
    return { kind: "image", picture: await thumbnail(pixels.slice(at * size, (at + 1) * size), shape) };
  };
}

/** Examples in memory as pixels. */
interface Pixels {
  readonly pixels: Uint8Array;
  readonly shape: { readonly channels: number; readonly height: number; readonly width: number };
}

function hasPixels(examples: Examples): examples is Examples & Pixels {
  return "pixels" in examples && examples.pixels instanceof Uint8Array && "shape" in examples;
}

/** The place of an example among those of a split, by its id. */
function placeFinder(examples: Examples | null | undefined): (id: number) => number | undefined {
  let places: ReadonlyMap<number, number> | undefined;
  return (id) => {
    places ??= new Map(Array.from(examples?.ids ?? [], (each, at) => [each, at]));
    return places.get(id);
  };
}

/** A text that is not longer than a person would read. */
function shortened(text: string, max: number): string {
  const plain = text.replace(/\s+/g, " ").trim();
  return plain.length <= max ? plain : `${plain.slice(0, max - 1).trimEnd()}…`;
}
