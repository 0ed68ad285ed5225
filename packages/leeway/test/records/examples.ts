import type { Metrics } from "../../src/metrics/index.ts";
import type { EpochRecord, RunRecord, Summary } from "../../src/records/index.ts";

/** A whole record of each kind, as a run writes them. */
export const run: RunRecord = {
  version: 1,
  id: "2026-11-23T11-45-00-cifar10-ldam-drw",
  createdAt: "2026-11-23T11:45:00.000Z",
  command: ["leeway", "train", "--method", "ldam-drw"],
  recipe: {
    dataset: "cifar10",
    profile: "longtail",
    ratio: 100,
    maxPerClass: null,
    method: "ldam-drw",
    methodOptions: { maxMargin: 0.5, scale: 30 },
    model: "resnet-32",
    epochs: 200,
    batchSize: 128,
    schedule: {
      base: 0.1,
      warmupEpochs: 5,
      decays: [
        { fromEpoch: 160, factor: 0.01 },
        { fromEpoch: 180, factor: 0.01 },
      ],
    },
    momentum: 0.9,
    weightDecay: 2e-4,
    precision: "fp32",
    seed: 0,
    protocol: "paper",
    validationFraction: 0,
  },
  data: {
    trainCounts: [5000, 50],
    trainSize: 5050,
    validationSize: 0,
    testSize: 2000,
    classNames: ["airplane", "automobile"],
    fingerprint: "0123456789abcdef",
  },
  environment: {
    leeway: "0.1.0",
    node: "20.20.2",
    libtorch: "1.13.1",
    blas: "openblas-openmp",
    cpu: "a processor",
    threads: 2,
    os: "linux x64",
  },
};

export const metrics: Metrics = {
  topOne: 0.75,
  topFive: null,
  balancedAccuracy: 0.75,
  worstClass: 0.5,
  gMean: 0.7,
  macroF1: 0.73,
  expectedCalibrationError: 0.1,
  perClass: [1, 0.5],
  shotGroups: { many: 1, medium: 0.5, few: null },
};

export const epoch: EpochRecord = {
  epoch: 0,
  learningRate: 0.02,
  stage: 0,
  train: { loss: 2.3, topOne: 0.1 },
  evaluation: { split: "test", loss: 2.2, metrics },
  seconds: 12.5,
  imagesPerSecond: 600,
};

export const summary: Summary = {
  version: 1,
  status: "finished",
  epochs: 200,
  best: { epoch: 190, topOne: 0.77 },
  selectedBy: "test",
  test: {
    ...metrics,
    confusion: [
      [1, 0],
      [1, 1],
    ],
  },
  imagesPerSecond: 600,
  seconds: 4000,
};
