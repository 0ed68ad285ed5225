import type { CifarLayout } from "./cifar.ts";

/**
 * CIFAR-10: 50,000 training images in five batches, 10,000 test images.
 *
 * Its statistics are those of the authors' code, whose std is the mean of the single images' deviations;
 * over all pixels it would be 0.2470, 0.2435, 0.2616.
 */
export const cifar10Layout: CifarLayout = {
  name: "cifar10",
  batches: [
    { file: "data_batch_1.bin", split: "train", records: 10_000 },
    { file: "data_batch_2.bin", split: "train", records: 10_000 },
    { file: "data_batch_3.bin", split: "train", records: 10_000 },
    { file: "data_batch_4.bin", split: "train", records: 10_000 },
    { file: "data_batch_5.bin", split: "train", records: 10_000 },
    { file: "test_batch.bin", split: "test", records: 10_000 },
  ],
  labels: [{ what: "label", classes: 10 }],
  namesFile: "batches.meta.txt",
  classNames: "airplane automobile bird cat deer dog frog horse ship truck".split(" "),
  mean: [0.4914, 0.4822, 0.4465],
  std: [0.2023, 0.1994, 0.201],
};

/** CIFAR-100: one file a split; each record has a coarse label (of 20) and the fine one that is used. */
export const cifar100Layout: CifarLayout = {
  name: "cifar100",
  batches: [
    { file: "train.bin", split: "train", records: 50_000 },
    { file: "test.bin", split: "test", records: 10_000 },
  ],
  labels: [
    { what: "coarse label", classes: 20 },
    { what: "fine label", classes: 100 },
  ],
  namesFile: "fine_label_names.txt",
  classNames:
    `apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel
    can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin
    elephant flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster
    man maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck
    pine_tree plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk
    skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table tank telephone television tiger
    tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm`.split(/\s+/),
  mean: [0.5071, 0.4865, 0.4409],
  std: [0.2673, 0.2564, 0.2762],
};
