import { datasetFacts } from "../../catalogue/index.ts";
import type { DatasetEntry } from "./catalogue.ts";
import { listINaturalist } from "./inaturalist.ts";
import { imageSource } from "../images/image-source.ts";
import { listTinyImageNet } from "./tiny-imagenet.ts";

/** A published data set with more damaged images than this share was damaged on the way. */
const mostBad = 0.001;

/** Tiny ImageNet-200: its images already have the size, so they are cached as they are. */
export function tinyImageNetEntry(whereTo: string): DatasetEntry {
  const facts = datasetFacts("tiny-imagenet");
  return {
    ...facts,
    input: { kind: "image", channels: 3, height: 64, width: 64 },
    files: {
      title: facts.title,
      archive: "tiny-imagenet-200.zip",
      folder: "tiny-imagenet-200",
      files: ["wnids.txt"],
      advice: `Put http://cs231n.stanford.edu/tiny-imagenet-200.zip (237 MB), as it is or unpacked, ${whereTo}.`,
    },
    load: async (path, reading) =>
      imageSource(
        await listTinyImageNet(path),
        {
          ...{ size: 64, resize: "crop", side: 64, augment: { pad: 8, flip: true } },
          statistics: { mean: [0.4802, 0.4481, 0.3975], std: [0.277, 0.2691, 0.2821] },
          ...{ badImages: "skip", mostBad },
        },
        reading,
      ),
  };
}

/**
 * iNaturalist 2018. The short side is made 256 and the middle cut out once, so that training takes its 224 x 224
 * from a square; from the whole image, as in the paper, a part could lie nearer to the ends of the longer side.
 */
export function iNaturalistEntry(whereTo: string): DatasetEntry {
  const facts = datasetFacts("inaturalist2018");
  return {
    ...facts,
    input: { kind: "image", channels: 3, height: 224, width: 224 },
    files: {
      title: facts.title,
      folder: "inaturalist2018",
      files: ["train2018.json"],
      advice:
        "Put train_val2018.tar.gz (120 GB), as it is or unpacked, with train2018.json and val2018.json " +
        "of https://github.com/visipedia/inat_comp/tree/master/2018 into a folder inaturalist2018, and that " +
        `${whereTo}. The cache of its images takes 91 GB.`,
    },
    load: async (path, reading) =>
      imageSource(
        await listINaturalist(path),
        {
          ...{ size: 256, resize: "crop", side: 224, augment: { pad: 0, flip: true } },
          statistics: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }, // ImageNet's
          ...{ badImages: "skip", mostBad },
        },
        reading,
      ),
  };
}
