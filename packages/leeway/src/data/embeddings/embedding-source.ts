import { type CustomData, requireReaderOptions } from "../../catalogue/index.ts";
import { type BackboneSteps, type EmbeddingSteps, parseEmbeddingSteps } from "../../preparation/index.ts";
import { tieColumns } from "../custom/read-ties.ts";
import { type Dialect, parseDialect } from "../files/dialect.ts";
import { fileError } from "../files/file-error.ts";
import { labelsAmong, labelsOf, unlabelledRule } from "../files/labels.ts";
import { type PrepareOptions, readHere, type Reading, type Source } from "../source.ts";
import { nameOf } from "../tables/table-source.ts";
import {
  type EmbeddingExamples,
  embeddingDataset,
  embeddingExamples,
  learnEmbeddingSteps,
  plainEmbeddingSteps,
} from "./embedding-examples.ts";
import { arrayNamed, arraysText, isNpz, npzArrays } from "./npz.ts";
import { type LabelColumn, readLabels, readVectors, type Vectors } from "./read-vectors.ts";

/**
 * Reads embeddings, vectors that another network made, and their classes: a .npy, .npz or safetensors matrix with a file of
 * classes, or a table that has both.
 *
 * @throws ArgumentError for an option that is not known
 * @throws RunError with code "data" that names file and row
 */
export async function openEmbeddings(data: CustomData, { once = readHere }: Reading = {}): Promise<Source> {
  const { train, test, validation, notes, backbone } = await once(() => readSplits(data));
  const splits = {
    train: embeddingExamples(train),
    test: test && embeddingExamples(test),
    validation: validation && embeddingExamples(validation),
    notes,
  };
  return embeddingSource(splits, backbone);
}

/** Vectors as they are read, which several processes may share. */
type Rows = Omit<EmbeddingExamples, "select">;

/** The splits of a file of vectors. */
interface Splits {
  readonly train: Rows;
  readonly test: Rows | null;
  readonly validation: Rows | null;
  readonly notes: readonly string[];
  readonly backbone: BackboneSteps | undefined;
}

async function readSplits(data: CustomData): Promise<Splits> {
  const { labels, testLabels, validationLabels, vector } = embeddingOptions(data);
  const common = {
    vector,
    label: data.label,
    dialect: parseDialect(data.options),
    without: tieColumns(data.options),
  };
  const read = await withLabels(data.paths, { labels, ...common });
  const unlabelled = unlabelledRule(data.options);
  const { rows, notes, ...classes } = labelsOf(read.labels, { origin: read.origin, unlabelled });
  const name = nameOf(data.paths[0] ?? "embeddings");
  const train = { name, ...classes, ids: rows, ...vectorsOf(read.vectors) };
  const all = [...unusedName(data.paths, vector), ...read.notes, ...notes];
  const held = async (paths: readonly string[] = [], labels: string | undefined): Promise<Rows | null> => {
    const [path] = paths;
    if (path === undefined) return null;
    const its = await withLabels(paths, { labels, ...common });
    if (its.vectors.size !== train.size) {
      const expected = `vectors of ${train.size} numbers, as in training`;
      throw fileError(path, { expected, got: String(its.vectors.size), advice: "Use one network for both." });
    }
    const found = labelsAmong(its.labels, train.classNames, { origin: its.origin, unlabelled });
    all.push(...its.notes, ...found.notes);
    return {
      ...{ name, classNames: train.classNames, labels: found.labels, ids: found.rows },
      ...vectorsOf(its.vectors),
    };
  };
  return {
    train,
    test: await held(data.testPaths, testLabels),
    validation: await held(data.validationPaths, validationLabels),
    notes: all,
    backbone: read.vectors.backbone,
  };
}

/** The splits of embeddings. */
interface EmbeddingSplits extends Pick<Source, "files" | "notes"> {
  readonly train: EmbeddingExamples;
  readonly test: EmbeddingExamples | null;
  readonly validation: EmbeddingExamples | null;
}

/** Embeddings as a source. @param backbone what made them of images or texts, where Leeway did */
export function embeddingSource(splits: EmbeddingSplits, backbone?: BackboneSteps): Source & EmbeddingSplits {
  return {
    ...splits,
    prepare: (examples, { taken, normalize } = {}) => {
      const learned =
        taken === undefined
          ? stepsOf(examples as EmbeddingExamples, normalize) // of this source
          : parseEmbeddingSteps(taken, "preparation.json");
      const steps = { ...learned, ...(backbone && { backbone }) };
      return { record: steps, apply: (some) => embeddingDataset(some as EmbeddingExamples, steps) };
    },
  };
}

function stepsOf(examples: EmbeddingExamples, normalize: PrepareOptions["normalize"]): EmbeddingSteps {
  if (normalize === undefined) return learnEmbeddingSteps(examples);
  return plainEmbeddingSteps(examples.size, { unit: normalize === "l2" });
}

/** A note where a name was given to what needs none. */
function unusedName([path = ""]: readonly string[], vector: string | undefined): string[] {
  if (vector === undefined || !/\.npy$/i.test(path)) return [];
  return [`--vector ${vector} has no effect: a .npy file has one array`];
}

/** Options of the reader of embeddings. */
interface EmbeddingOptions {
  /** A file with the classes, row by row: .npy, an array of a .npz, or a table with the column `label`. By default the file of vectors. */
  readonly labels: string | undefined;
  /** The same for the test split. */
  readonly testLabels: string | undefined;
  /** The same for the validation split. */
  readonly validationLabels: string | undefined;
  /** The column of vectors in a table, or the tensor in a safetensors file. */
  readonly vector: string | undefined;
}

function embeddingOptions({ options = {} }: CustomData): EmbeddingOptions {
  requireReaderOptions({ kind: "embedding", options });
  const text = (name: keyof EmbeddingOptions): string | undefined => {
    const value = options[name];
    return typeof value === "string" ? value : undefined;
  };
  return {
    labels: text("labels"),
    testLabels: text("testLabels"),
    validationLabels: text("validationLabels"),
    vector: text("vector"),
  };
}

interface LabelledVectors {
  /** The file of classes. */
  readonly labels: string | undefined;
  readonly vector: string | undefined;
  readonly label: string | undefined;
  readonly dialect: Dialect;
  /** Columns that are not numbers of the vectors. */
  readonly without: readonly string[];
}

async function withLabels(
  paths: readonly string[],
  { labels, vector, label, dialect, without }: LabelledVectors,
): Promise<LabelColumn & { readonly vectors: Vectors }> {
  if (labels !== undefined) {
    const vectors = await readVectors(paths, { vector, label: null, dialect, without });
    const array = await arrayNamed(paths[0], labels);
    const file = array === undefined ? labels : paths[0]!; // the archive that has the array
    const read = await readLabels(file, { rows: vectors.rows, label, array, dialect });
    return { ...read, vectors, notes: [...vectors.notes, ...read.notes] };
  }
  const vectors = await readVectors(paths, { vector, label, dialect, without });
  if (vectors.labels !== null) return { ...vectors, vectors, labels: vectors.labels };
  const [path = "embeddings"] = paths;
  if (isNpz(path)) {
    const advice = "Say which with --labels NAME, and for a test file --test-labels NAME.";
    const got = arraysText(await npzArrays(path));
    throw fileError(path, { expected: "one array that could be the classes", got, advice });
  }
  throw fileError(path, {
    expected: "a file of classes beside the vectors",
    got: "none",
    advice: "Name it with --labels labels.npy (or .csv), and for a test file --test-labels.",
  });
}

function vectorsOf({ size, values }: Vectors): Pick<EmbeddingExamples, "size" | "vectors"> {
  return { size, vectors: values };
}
