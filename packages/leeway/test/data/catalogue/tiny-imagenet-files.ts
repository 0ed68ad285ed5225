import { greys } from "../images/image-files.ts";

/** The official layout with two classes, three training images and one of validation each, and a test image. */
export async function tinyFiles(
  changes: Readonly<Record<string, string>> = {},
): Promise<Map<string, Buffer>> {
  const [wnid, other] = ["n01443537", "n01629819"];
  const names = [
    ...[wnid, other].flatMap((id) => [0, 1, 2].map((i) => `train/${id}/images/${id}_${i}.JPEG`)),
    ...["val/images/val_0.JPEG", "val/images/val_1.JPEG", "test/images/test_0.JPEG"],
  ];
  const images = await greys(names.length);
  const texts = {
    "wnids.txt": `${other}\n${wnid}\n`,
    "words.txt": `n00001740\tentity\n${wnid}\tgoldfish, Carassius auratus\n`,
    "val/val_annotations.txt": `val_0.JPEG\t${wnid}\t0\t32\t44\t62\nval_1.JPEG\t${other}\t52\t55\t57\t59\n`,
    [`train/${wnid}/${wnid}_boxes.txt`]: `${wnid}_0.JPEG\t0\t10\t63\t58\n`,
    ...changes,
  };
  return new Map([
    ...names.map((name, i) => [name, images[i]!] as const),
    ...Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)] as const),
  ]);
}
