import type { RemoteFile } from "./fetch-file.ts";

/** A file of a data set, with its size and the MD5 that the data set's own page or its usual readers publish. */
export type PinnedFile = Required<Pick<RemoteFile, "url" | "bytes" | "md5">>;

/** A data set that can be fetched. */
export interface Download {
  readonly name: string;
  /** Where its files go, below the folder of data sets: "" for that itself. */
  readonly folder: string;
  readonly files: readonly PinnedFile[];
}

const cifar = "https://www.cs.toronto.edu/~kriz";
const fashion = "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion";

/** Every data set that can be fetched, under the name that readers look for. */
export const downloads: readonly Download[] = [
  {
    name: "cifar10",
    folder: "",
    files: [
      {
        url: `${cifar}/cifar-10-binary.tar.gz`,
        bytes: 170_052_171,
        md5: "c32a1d4ab5d03f1284b67883e8d87530",
      },
    ],
  },
  {
    name: "cifar100",
    folder: "",
    files: [
      {
        url: `${cifar}/cifar-100-binary.tar.gz`,
        bytes: 168_513_733,
        md5: "03b5dce01913d631647c71ecec9e9cb8",
      },
    ],
  },
  {
    name: "fashion-mnist",
    folder: "fashion-mnist",
    files: [
      {
        url: `${fashion}/train-images-idx3-ubyte.gz`,
        bytes: 26_421_880,
        md5: "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
      },
      {
        url: `${fashion}/train-labels-idx1-ubyte.gz`,
        bytes: 29_515,
        md5: "25c81989df183df01b3e8a0aad5dffbe",
      },
      {
        url: `${fashion}/t10k-images-idx3-ubyte.gz`,
        bytes: 4_422_102,
        md5: "bef4ecab320f06d8554ea6380940ec79",
      },
      { url: `${fashion}/t10k-labels-idx1-ubyte.gz`, bytes: 5_148, md5: "bb300cfdad3c16e7a12a480ee83cd310" },
    ],
  },
  {
    name: "imdb",
    folder: "",
    files: [
      {
        url: "https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz",
        bytes: 84_125_825,
        md5: "7c2ac02c03563afcf9b574c7e56c153a",
      },
    ],
  },
  {
    name: "tiny-imagenet",
    folder: "",
    files: [
      {
        url: "https://cs231n.stanford.edu/tiny-imagenet-200.zip",
        bytes: 248_100_043,
        md5: "90528d7ca1a48142e341f4ef8d21d0de",
      },
    ],
  },
];
