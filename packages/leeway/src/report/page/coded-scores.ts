/** Scores of all runs of a page together, at most: with these a page of 10,000 images stays below 1 MB. */
const maxScores = 2e5;
/** Classes of an example below which no frequency could be judged. */
const minKept = 5;
/** Steps of a logarithm: half of one is an error of 0.4 % of a probability. */
const steps = 128;
/** The least probability that is told from others. */
const floor = 1e-7;

/** What is kept of the probabilities of N examples. */
export interface CodedScores {
  /** -128 ln p, rounded, [N, k] row by row. */
  readonly codes: Uint16Array;
  /** The classes that these are of, the likeliest first, [N, k]; absent where all K are kept, in their order. */
  readonly classes?: Uint16Array;
}

/**
 * How many of the likeliest classes of each example a page keeps: all where there is room, none where there is room for
 * fewer than five.
 *
 * @param runs on the page
 */
export function keptClasses({
  examples,
  classes,
  runs,
}: {
  readonly examples: number;
  readonly classes: number;
  readonly runs: number;
}): number {
  const room = Math.min(classes, Math.floor(maxScores / (runs * examples)));
  return room >= Math.min(classes, minKept) && classes <= 65_536 ? room : 0;
}

/**
 * Codes probabilities.
 *
 * @param probabilities [N, K]
 * @param kept k, of {@link keptClasses}, at least 1
 */
export function codedScores(
  probabilities: Float32Array,
  { classes, kept }: { readonly classes: number; readonly kept: number },
): CodedScores {
  const code = (p: number): number => Math.round(-steps * Math.log(Math.max(p, floor)));
  if (kept === classes) return { codes: Uint16Array.from(probabilities, code) };
  const examples = probabilities.length / classes;
  const likeliest = new Uint16Array(examples * kept);
  for (let i = 0; i < examples; i++) {
    const own = probabilities.subarray(i * classes, (i + 1) * classes);
    likeliest.set(likeliestOf(own, kept), i * kept);
  }
  const codes = Uint16Array.from(likeliest, (label, at) =>
    code(probabilities[Math.floor(at / kept) * classes + label]!),
  ); // a class
  return { codes, classes: likeliest };
}

/** The classes of the k highest probabilities, the highest first; of equal ones the first. */
function likeliestOf(own: Float32Array, kept: number): number[] {
  const top: number[] = [];
  own.forEach((p, j) => {
    if (top.length === kept && p <= own[top.at(-1)!]!) return; // the least of those that are kept
    const at = top.findIndex((other) => p > own[other]!); // a class
    top.splice(at === -1 ? top.length : at, 0, j);
    if (top.length > kept) top.pop();
  });
  return top;
}

/** The logarithms of coded probabilities. */
export function decodedScores(codes: Uint16Array): Float32Array {
  return Float32Array.from(codes, (code) => -code / steps);
}

/** Low bytes, then high bytes: numbers whose high bytes are alike pack closer so. */
export function bytePlanes(values: Uint16Array): Uint8Array {
  const planes = new Uint8Array(2 * values.length);
  values.forEach((value, i) => {
    planes[i] = value & 255;
    planes[values.length + i] = value >> 8;
  });
  return planes;
}

/** The numbers of {@link bytePlanes}. */
export function joinedPlanes(planes: Uint8Array): Uint16Array {
  const size = planes.length / 2;
  return Uint16Array.from({ length: size }, (_, i) => planes[i]! | (planes[size + i]! << 8)); // two planes
}
