import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { temporaryFolder } from "../../storage/temporary-folder.ts";
import { greys, tarOf, writeFiles } from "../images/image-files.ts";

/** The name of image `i` of a category. */
export const nameOf = (category: number, i: number): string => `train_val2018/Plantae/${category}/${i}.jpg`;

/** The annotations of images, in the official form, with what does not concern us. */
export function annotations(images: readonly (readonly [name: string, category: number])[]): unknown {
  return {
    info: { year: 2018 },
    images: images.map(([name], i) => ({ id: 100 + i, file_name: name, width: 20, height: 16, license: 3 })),
    annotations: images.map(([, category], i) => ({ id: i, image_id: 100 + i, category_id: category })),
    categories: [
      { id: 1, name: "1", supercategory: "Plantae" },
      { id: 0, name: "0", supercategory: "Plantae" },
    ],
    licenses: [],
  };
}

/** The training images that {@link inat} has, with their categories. */
export const trained = [
  [nameOf(1, 0), 1],
  [nameOf(0, 1), 0],
  [nameOf(1, 2), 1],
] as const;
/** Its test images. */
export const tested = [[nameOf(0, 3), 0]] as const;

/** The official layout, with the images as a folder or an archive. */
export async function inat({
  train = annotations(trained),
  form = "folder",
}: { train?: unknown; form?: "folder" | "tar.gz" } = {}): Promise<string> {
  const bytes = await greys(4);
  const images = new Map([...trained, ...tested].map(([name], i) => [name, bytes[i]!]));
  const json = (value: unknown): Buffer =>
    Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
  const folder = await writeFiles(
    temporaryFolder(),
    new Map([
      ["train2018.json", json(train)],
      ["val2018.json", json(annotations(tested))],
    ]),
  );
  if (form === "folder") return writeFiles(folder, images);
  const reversed = new Map([...images].reverse());
  writeFileSync(join(folder, "train_val2018.tar.gz"), gzipSync(await tarOf(reversed)));
  return folder;
}
