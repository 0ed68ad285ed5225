import { createHash } from "node:crypto";
import { classCounts } from "../../imbalance/index.ts";
import { isFolder } from "../files/bounded-read.ts";
import { datasetEntry, loadDataset } from "../catalogue/catalogue.ts";
import { countingIds, type Examples } from "../examples.ts";
import { readTies } from "../custom/read-ties.ts";
import { readWeights } from "../custom/read-weights.ts";
import { filesOf } from "../images/image-source.ts";
import { bareExamples, splitFindings, weightFindings } from "./split-findings.ts";
import type { Reading } from "../source.ts";
import { bytesOf } from "../hash.ts";
import { countLeaked } from "../leakage.ts";
import { listFolder } from "../images/folder-listing.ts";
import { type EmbeddedData, openEmbedded } from "../backbone/embedded-source.ts";
import type { EmbeddingExamples } from "../embeddings/embedding-examples.ts";
import { sameVectors } from "./same-vectors.ts";
import type { BackboneRequest, CustomData, InputKind } from "../../catalogue/index.ts";
import { openCustomData } from "../custom/custom-data.ts";
import { contentFindings, type Finding, labelFindings } from "./findings.ts";
import { tableFacts } from "./table-facts.ts";

/** What labels and contents tell of data before anything is trained. */
export interface DataFacts {
  readonly name: string;
  readonly kind: InputKind;
  readonly classNames: readonly string[];
  /** n_j of the training split, length K. */
  readonly trainCounts: readonly number[];
  /** The same of the test split; null where there is none of its own. */
  readonly testCounts: readonly number[] | null;
  readonly findings: readonly Finding[];
}

/** Data to look at. */
export interface InspectedPlace {
  /** A name of the catalogue, or with `source` any name. */
  readonly dataset: string;
  readonly source?: CustomData | undefined;
  /** The network whose vectors are looked at in place of its images or texts. */
  readonly backbone?: BackboneRequest | undefined;
}

/**
 * Looks at data: its classes, and what is suspicious. Tables are only counted, never held in memory; images of a
 * folder are listed and compared by their bytes, never decoded.
 *
 * @param requested a name of the catalogue, or custom data
 * @throws RunError with code "data" if it cannot be read
 */
export async function dataFacts(requested: InspectedPlace, reading: Reading = {}): Promise<DataFacts> {
  const { dataset, source, backbone } = requested;
  if (backbone !== undefined) return embeddedFacts({ dataset, source, backbone }, reading);
  if (source?.kind === "table") return tableFacts(dataset, source);
  if (source?.kind === "image" && (await isFolder(source.paths[0] ?? "")))
    return imageFolderFacts(dataset, source);
  const read =
    source === undefined ? await loadDataset(dataset, reading) : await openCustomData(source, reading);
  const { train, test, notes } = read;
  const kind = source?.kind ?? datasetEntry(dataset).input.kind;
  const facts = {
    ...{ name: dataset, kind, classNames: train.classNames },
    trainCounts: classCounts(train.labels, train.classNames.length),
    testCounts: test && classCounts(test.labels, train.classNames.length),
  };
  const contents = [...examplesOf(train, "train"), ...(test ? examplesOf(test, "test") : [])];
  const splits = source === undefined ? [] : splitFindings(read); // the catalogue's are what others measure on
  const weights = weightFindings(train, read.weights);
  return { ...facts, findings: [...(await findingsOf(facts, contents, notes)), ...splits, ...weights] };
}

/** What a backbone makes of data: copies are those that it cannot tell apart, whatever their files hold. */
async function embeddedFacts(data: EmbeddedData, reading: Reading): Promise<DataFacts> {
  const { dataset, source, backbone } = data;
  const read =
    source === undefined
      ? await openEmbedded(data, reading)
      : await openCustomData(source, reading, backbone);
  const [train, test] = [read.train, read.test] as [EmbeddingExamples, EmbeddingExamples | null]; // by a backbone
  const facts = {
    ...{ name: dataset, kind: "embedding" as const, classNames: train.classNames },
    trainCounts: classCounts(train.labels, train.classNames.length),
    testCounts: test && classCounts(test.labels, train.classNames.length),
  };
  const all = [
    ...vectorsOf(train).map((vector, i) => ({ split: "train" as const, label: train.labels[i]!, vector })), // one each
    ...(test === null
      ? []
      : vectorsOf(test).map((vector, i) => ({ split: "test" as const, label: test.labels[i]!, vector }))),
  ];
  const same = sameVectors(all.map(({ vector }) => vector));
  const contents = all.map(({ split, label }, i) => ({ split, label, hash: String(same[i]) }));
  const notes = [`seen as vectors of ${train.size} numbers`, ...(read.notes ?? [])];
  const weights = weightFindings(train, read.weights);
  const splits = source === undefined ? [] : splitFindings(read);
  return { ...facts, findings: [...(await findingsOf(facts, contents, notes)), ...splits, ...weights] };
}

function vectorsOf({ vectors, ids, size }: EmbeddingExamples): Float32Array[] {
  return Array.from(ids, (id) => vectors.subarray(id * size, (id + 1) * size));
}

async function findingsOf(
  facts: Omit<DataFacts, "findings">,
  contents: readonly Content[],
  notes: readonly string[] = [],
): Promise<Finding[]> {
  const reading = notes.map((message): Finding => ({ about: "reading", message }));
  return [...labelFindings(facts), ...(await sameContents(contents)), ...reading];
}

/** An example by its content. */
interface Content {
  readonly split: "train" | "test" | "validation";
  readonly label: number;
  readonly hash: string;
}

async function imageFolderFacts(name: string, data: CustomData): Promise<DataFacts> {
  const listing = await listFolder(data.paths[0]!, data); // it is there
  const { images, classNames, source } = listing;
  const countsOf = (split: Content["split"]): number[] =>
    classCounts(
      images.filter((image) => image.split === split).map(({ label }) => label),
      classNames.length,
    );
  const hasTest = images.some(({ split }) => split === "test");
  const facts = {
    name,
    kind: "image" as const,
    classNames,
    trainCounts: countsOf("train"),
    testCounts: hasTest ? countsOf("test") : null,
  };
  const contents: Content[] = [];
  const all = images.map(({ path }) => path);
  for await (const { index, read } of source.files(all, () => true)) {
    const { split, label } = images[index]!; // one of the listing
    const bytes = await read().catch(() => undefined); // training reports what is wrong with it
    if (bytes !== undefined) contents.push({ split, label, hash: hashOf(bytes) });
  }
  const files = filesOf(listing);
  const of = (split: Content["split"]): Examples => {
    const labels = Int32Array.from(images.filter((each) => each.split === split).map(({ label }) => label));
    return bareExamples({ name, classNames, labels, ids: countingIds(labels.length) });
  };
  const [train, test, validation] = [of("train"), of("test"), of("validation")];
  const ties = await readTies(data, { files });
  await readWeights(data, train); // refuses weights, for which a folder has no column
  const splits = splitFindings({
    ...{ train, test: test.labels.length === 0 ? null : test },
    validation: validation.labels.length === 0 ? null : validation,
    ...(ties && { ties }),
  });
  return { ...facts, findings: [...(await findingsOf(facts, contents, listing.notes)), ...splits] };
}

/** Examples by their content, where they have one in memory: pixels, a text or a vector. */
function examplesOf(examples: Examples, split: Content["split"]): Content[] {
  const contentOf = contentReader(examples);
  if (contentOf === undefined) return [];
  return Array.from(examples.labels, (label, i) => ({ split, label, hash: hashOf(contentOf(i)) }));
}

function contentReader(examples: Examples): ((i: number) => Uint8Array | string) | undefined {
  if ("texts" in examples) {
    const texts = examples.texts as readonly string[];
    return (i) => texts[i]!.trim();
  }
  const parts = "pixels" in examples ? examples.pixels : "vectors" in examples ? examples.vectors : undefined;
  if (!(parts instanceof Uint8Array || parts instanceof Float32Array)) return undefined;
  const size = parts.length / examples.labels.length;
  if (!Number.isInteger(size)) return undefined;
  return (i) => bytesOf(parts.subarray(i * size, (i + 1) * size));
}

function hashOf(content: Uint8Array | string): string {
  return createHash("sha1").update(content).digest("base64");
}

/** Contents that are there more than once: within a split, with other classes, and in both splits. */
async function sameContents(contents: readonly Content[]): Promise<Finding[]> {
  const groups = new Map<string, Content[]>();
  for (const content of contents) {
    const group = groups.get(content.hash);
    if (group === undefined) groups.set(content.hash, [content]);
    else group.push(content);
  }
  let [repeats, conflicts] = [0, 0];
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    repeats += Math.max(0, group.filter(({ split }) => split === "train").length - 1);
    if (group.some(({ label }) => label !== group[0]?.label)) conflicts += group.length;
  }
  const keysOf = (split: Content["split"]): string[] =>
    contents.filter((content) => content.split === split).map(({ hash, label }) => `${label} ${hash}`);
  const test = keysOf("test");
  const leaked = await countLeaked({ train: keysOf("train"), test });
  return contentFindings({ repeats, conflicts, leaked, tested: test.length });
}
