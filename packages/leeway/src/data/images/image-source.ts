import type { badImageRules } from "../../catalogue/index.ts";
import type { ImagePlan } from "../../preparation/index.ts";
import { fileError } from "../files/file-error.ts";
import type { Preparation, Reading, Source, SplitFiles } from "../source.ts";
import type { Augment } from "./transforms.ts";
import { type BadImage, openImageCache } from "./cache.ts";
import { type CachedExamples, cachedExamples, cachedImages } from "./cached-images.ts";
import { channelStatistics, type ChannelStatistics } from "./channel-statistics.ts";
import { channels } from "./decode.ts";
import type { ImageListing, ImageSplit } from "./listing.ts";

/** What is done about images that cannot be read: nothing is trained, or they are left out. */
export type BadImages = (typeof badImageRules)[number];

/** How a listing's images are made into inputs. */
export interface ImageForm extends ImagePlan {
  /** Side of what a network sees, at most `size`, and as even or odd as it. */
  readonly side: number;
  readonly augment: Augment;
  /** Published statistics; by default those of the training images. */
  readonly statistics?: ChannelStatistics;
  readonly badImages: BadImages;
  /** The max share that may be left out. */
  readonly mostBad: number;
}

/** Images, or reasons, shown where some cannot be read. */
const shown = 20;
/** Images shown of one reason. */
const alike = 3;

/**
 * A listing's images as a source: cached first where they are not, then read batch by batch.
 *
 * @throws RunError with code "data" that lists images which cannot be read, unless they are few and to be left out
 */
export async function imageSource(
  listing: ImageListing,
  form: ImageForm,
  { cacheDir, signal, onProgress }: Reading = {},
): Promise<Source> {
  const making = openImageCache(listing, { size: form.size, resize: form.resize }, { cacheDir, signal });
  let next = await making.next();
  while (next.done !== true) {
    onProgress?.({ what: "caching images", ...next.value });
    next = await making.next();
  }
  const { pixels, bad } = next.value;
  requireFewBad(listing, bad, form);
  const without = new Set(bad.map(({ index }) => index));
  const [train, test, validation] = (["train", "test", "validation"] as const).map((split) =>
    splitOf(listing, split, without),
  );
  return {
    train: train!, // of three
    test: test!.labels.length === 0 ? null : test!, // likewise
    validation: validation!.labels.length === 0 ? null : validation!, // likewise
    files: filesOf(listing),
    filesIn: listing.source.place,
    notes: [...listing.notes, ...badNotes(listing, bad)],
    prepare: (train, { pixels: given } = {}) => {
      const { places } = train as CachedExamples; // examples of this source
      const bytes = form.size * form.size * channels;
      const statistics = given ?? form.statistics ?? channelStatistics(pixels, places, { bytes });
      return preparation(pixels, form, statistics);
    },
  };
}

function preparation(
  pixels: string,
  { size, resize, side, augment }: ImageForm,
  { mean, std }: ChannelStatistics,
): Preparation {
  return {
    record: { kind: "image", size, resize, side, mean, std },
    apply: (examples) =>
      cachedImages(examples as CachedExamples, { pixels, stored: size, side, mean, std, augment }),
  };
}

/** The images' paths, by split and id. */
export function filesOf({ images }: ImageListing): SplitFiles {
  const of = (wanted: ImageSplit): string[] =>
    images.filter(({ split }) => split === wanted).map(({ path }) => path);
  return { train: of("train"), test: of("test"), validation: of("validation") };
}

/** What is said of images that are left out. */
export function badNotes(listing: ImageListing, bad: readonly BadImage[]): string[] {
  return bad.length > 0 ? [`left out ${badWords(listing, bad)}`] : [];
}

/** The images of a split that could be read. */
export function splitOf(
  { name, classNames, images }: ImageListing,
  split: ImageSplit,
  without: ReadonlySet<number>,
): CachedExamples {
  const labels: number[] = [];
  const ids: number[] = [];
  const places: number[] = [];
  let id = 0;
  images.forEach((image, place) => {
    if (image.split !== split) return;
    if (!without.has(place)) {
      labels.push(image.label);
      ids.push(image.id ?? id);
      places.push(place);
    }
    id++;
  });
  return cachedExamples({
    name,
    classNames,
    labels: Int32Array.from(labels),
    ids: Uint32Array.from(ids),
    places: Uint32Array.from(places),
  });
}

/**
 * Refuses images that cannot be read where they are more than may be left out.
 *
 * @throws RunError with code "data" that names some of them
 */
export function requireFewBad(
  listing: ImageListing,
  bad: readonly BadImage[],
  { badImages, mostBad }: Pick<ImageForm, "badImages" | "mostBad">,
): void {
  const max = badImages === "stop" ? 0 : mostBad * listing.images.length;
  if (bad.length <= max) return;
  const { place } = listing.source;
  const areMissing = bad.every(({ why }) => why.startsWith("ENOENT"));
  const stopped = areMissing
    ? `Check the paths: they start from ${place}; --image-root names another folder.`
    : "Mend or remove them, or leave them out with --bad-images skip; the others are cached already.";
  const advice =
    badImages === "stop" ? stopped : "Get a fresh copy; for custom images --most-bad allows for more.";
  throw fileError(place, { expected: "images that can be read", got: badWords(listing, bad), advice });
}

/** "9 of 100 images that cannot be read: a/1.jpg (empty file), 8 of ENOENT: no such file: b/2.jpg, b/3.jpg, b/4.jpg, …". */
function badWords({ images }: ImageListing, bad: readonly BadImage[]): string {
  const reasons = new Map<string, string[]>();
  for (const { path, why } of bad) {
    const paths = reasons.get(why);
    if (paths === undefined) reasons.set(why, [path]);
    else paths.push(path);
  }
  const all = [...reasons].flatMap(([why, paths]) =>
    paths.length <= alike
      ? paths.map((path) => `${path} (${why})`)
      : [`${paths.length} of "${why}" (${paths.slice(0, alike).join(", ")}, …)`],
  );
  const more = all.length > shown ? ", …" : "";
  const total = images.length.toLocaleString("en-US");
  return `${bad.length} of ${total} images that cannot be read: ${all.slice(0, shown).join(", ")}${more}`;
}
