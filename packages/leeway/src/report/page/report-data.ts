import type { ExampleView } from "../../catalogue/index.ts";
import type { ShotGroup } from "../../imbalance/index.ts";

/** An interval of 95 %. */
export type Interval = readonly [low: number, high: number];

/** All that a report shows, as data: the page, its text twins and programs read the same numbers. */
export interface ReportData {
  readonly version: 1;
  /** The version of Leeway that made it. */
  readonly leeway: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** At least one. */
  readonly runs: readonly RunReport[];
  /** Each later run against the first; empty of a single run. */
  readonly differences: readonly RunDifference[];
}

/** One run, measured on its test split. Lists of classes are in the order of their labels. */
export interface RunReport {
  readonly id: string;
  /** The run's folder, as it was named. */
  readonly path: string;
  /** "LDAM-DRW on CIFAR-10 (long-tailed, ratio 100), seed 0" */
  readonly title: string;
  /** "LDAM-DRW": what legends call it. */
  readonly method: string;
  /** "images", "texts", "rows", "vectors". */
  readonly noun: string;
  /** N, test examples. */
  readonly examples: number;
  /** The one line that matters: "Shirt is mistaken for T-shirt in 41 %." */
  readonly sentence: string;
  /** How it was trained and chosen: "epochs" and "30 of 30". */
  readonly facts: readonly Fact[];
  /** What the result cannot say, and what was unusual: sentences. */
  readonly notes: readonly string[];
  readonly headline: readonly Measure[];
  readonly classes: readonly ReportClass[];
  readonly confusion: ReportConfusion;
  readonly groups: GroupFlow;
  readonly bias: LogitBias | null;
  /** Null of a run whose weights were not kept, as all that scores are needed for is empty or absent. */
  readonly margins: ReportMargins | null;
  /** All examples first, then each shot group that has some. */
  readonly reliability: readonly Reliability[];
  /** The rarer class of two; of more each of the rarest, at most 12; empty where the test has too little. */
  readonly detections: readonly ClassDetection[];
  /** Absent where a page has no room for five classes of each example. */
  readonly logits?: PackedLogits;
  readonly errors: readonly ReportErrors[];
  readonly training: TrainingCurve;
  readonly gains: readonly LabelGain[];
}

export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** A number of the headline; a fraction, unless its unit says otherwise. */
export interface Measure {
  /** "balanced accuracy", "many-shot", "average precision", "calibration error", … */
  readonly name: string;
  /** Null where the test split cannot say. */
  readonly value: number | null;
  /** By the bootstrap over test examples; null where there is none. */
  readonly interval: Interval | null;
  /** What scores that say nothing would have: the base rate of average precision. */
  readonly chance?: number;
  /** "mean over the classes"; "3 classes with fewer than 20 training images". */
  readonly note: string;
}

/** A class and how well it is recognised. */
export interface ReportClass {
  readonly name: string;
  readonly group: ShotGroup;
  /** n_j of the training split. */
  readonly trainCount: number;
  readonly testCount: number;
  /** Null without a test example. */
  readonly recall: number | null;
  /** Of Clopper and Pearson. */
  readonly recallInterval: Interval | null;
  /** Null for a class that was never predicted. */
  readonly precision: number | null;
  readonly f1: number | null;
  /** How far its probabilities are off, and what chance alone would show. */
  readonly calibrationError: number | null;
  readonly calibrationErrorByChance: number | null;
  /** The classes that its examples are taken for most often, at most 5, without itself. */
  readonly takenFor: readonly { readonly label: number; readonly count: number }[];
}

/** A class taken for another. */
export interface ConfusedPair {
  readonly truth: number;
  readonly prediction: number;
  readonly count: number;
  /** Of the class's test examples. */
  readonly share: number;
}

export interface ReportConfusion {
  /** [K, K] counts, row = true class; null for more than 40 classes, where no eye reads it. */
  readonly matrix: readonly (readonly number[])[] | null;
  /** The 30 pairs with the largest share, of pairs that happened twice at least or whose class has fewer examples. */
  readonly pairs: readonly ConfusedPair[];
}

/** Where the examples of a shot group go: counts, row = true group, in the order of {@link GroupFlow.groups}. */
export interface GroupFlow {
  /** Groups that have a class: many, medium, few. */
  readonly groups: readonly ShotGroup[];
  readonly counts: readonly (readonly number[])[];
  /** Of those on the diagonal: how many are of the right class. */
  readonly right: readonly number[];
}

/**
 * Whether logits favour frequent classes: the offsets b_j that give the validation split's probabilities the training
 * frequencies, against log n_j. A slope of 0 is unbiased; a method that re-balances has logits that do not have the
 * frequencies, so that its offsets put them back, with a slope near 1.
 */
export interface LogitBias {
  /** b_j, length K, mean 0. */
  readonly offsets: readonly number[];
  readonly slope: number;
  /** Of least squares, by Student's t; null for two classes. */
  readonly interval: Interval | null;
}

/** Margins γ = z_y - max_{j≠y} z_j of test examples, in logits before the loss's scale. */
export interface ReportMargins {
  /** Ends of the bins, ascending, the same for all classes; one more than counts. */
  readonly edges: readonly number[];
  /** [K, bins] */
  readonly counts: readonly (readonly number[])[];
  /** Median γ of each class, length K; null without a test example. */
  readonly medians: readonly (number | null)[];
  /** Δ_j that the loss enforces in training, length K; null for a loss without margins. */
  readonly enforced: readonly number[] | null;
  /** The share of a class's examples with γ >= Δ_j, or >= 0 without margins; length K. */
  readonly reached: readonly (number | null)[];
  /** Those of training examples; absent of a run of an older version, which measured none. */
  readonly training?: TrainingMargins;
}

/** The margins of training examples, up to 20,000. */
export interface TrainingMargins {
  /** How many were read. */
  readonly examples: number;
  /** Median γ of each class, length K; null without an example. */
  readonly medians: readonly (number | null)[];
  /**
   * p of medians ∝ n_j^(-p), which Cao et al. derive to be 1/4, fitted over the classes whose median is above 0; null where
   * fewer than two of them differ in count.
   */
  readonly fit: {
    readonly exponent: number;
    /** Null for two classes. */
    readonly standardError: number | null;
    readonly classes: number;
  } | null;
}

/** Confidence against accuracy, 15 bins of as many examples each, before and after calibration. */
export interface Reliability {
  readonly group: "all" | ShotGroup;
  readonly examples: number;
  readonly after: readonly ReliabilityBin[];
  readonly before: readonly ReliabilityBin[];
}

export interface ReliabilityBin {
  readonly examples: number;
  /** Mean of the highest probability. */
  readonly confidence: number;
  /** The share of right ones: of the class with the highest probability. */
  readonly accuracy: number;
}

/** What a threshold on the probability of one class comes to, as counts: from these the page makes every number. */
export interface ClassDetection {
  readonly label: number;
  readonly positives: number;
  readonly negatives: number;
  readonly averagePrecision: number;
  /** Falling thresholds, at most 1,000; a point holds what is decided at or above it. */
  readonly thresholds: readonly number[];
  /** Of the class, cumulated: as long as the thresholds. */
  readonly found: readonly number[];
  /** Of others, cumulated. */
  readonly falseAlarms: readonly number[];
  /** The threshold of the run's decision, where `leeway decide` chose one for this class. */
  readonly decided?: number;
}

/**
 * The logits and labels of the test split, for frequencies that a person chooses: lists of uint16, first their low bytes
 * and then their high ones, gzip, base64.
 */
export interface PackedLogits {
  /** -128 ln p of calibrated probabilities of the training frequencies, [N, k] row by row. */
  readonly logProbabilities: string;
  /** Of each example the k likeliest classes, [N, k]; absent where those are all. */
  readonly classes?: string;
  /** [N] */
  readonly labels: string;
  /** π, the frequencies that they have; length K. */
  readonly prior: readonly number[];
}

/** What is wrong of one class, the worst first; see `leeway errors`. */
export interface ReportErrors {
  readonly label: number;
  readonly examples: number;
  readonly wrong: number;
  readonly hardest: readonly ReportExample[];
  /** Taken for this class, with the highest probability of it. */
  readonly falseAlarms: readonly ReportExample[];
  readonly mislabelled: readonly ReportExample[];
  /** Those of its examples whose two highest probabilities are nearest. */
  readonly uncertain: readonly ReportExample[];
}

export interface ReportExample {
  readonly split: "validation" | "test";
  readonly id: number;
  readonly label: number;
  readonly prediction: number;
  readonly labelProbability: number;
  /** What stands against the label, and its probability. */
  readonly other: number;
  readonly otherProbability: number;
  /** Where it stands: "photos/test/cat/17.jpg"; "transactions.csv, row 1204". */
  readonly place: string;
  readonly view: ExampleView | null;
}

/** Epoch by epoch, lists as long as `epochs`. */
export interface TrainingCurve {
  /** From 1. */
  readonly epochs: readonly number[];
  readonly loss: readonly number[];
  readonly learningRate: readonly number[];
  /** Mean norm of the steps' gradients; null of an epoch of an older version. */
  readonly gradientNorm: readonly (number | null)[];
  /** The split that was evaluated; null where none was. */
  readonly split: "validation" | "test" | null;
  /** Null for an epoch without an evaluation. */
  readonly balancedAccuracy: readonly (number | null)[];
  readonly groups: Readonly<Record<ShotGroup, readonly (number | null)[]>>;
  /** The first epoch, from 1, of each stage after the first. */
  readonly stages: readonly number[];
  /** The chosen epoch, from 1; null where none was chosen. */
  readonly best: number | null;
}

/** What 50 more training examples of a class would probably bring. */
export interface LabelGain {
  readonly label: number;
  /** Predicted rise of its recall, a fraction. */
  readonly recall: number;
  /** Of balanced accuracy. */
  readonly balanced: number;
}

/** Two runs on the same test examples. */
export interface RunDifference {
  /** Their places in `runs`. */
  readonly from: number;
  readonly to: number;
  /** Why examples cannot be paired; null where they are. */
  readonly unpaired: string | null;
  /** Of the recipe, what differs alone. */
  readonly recipe: readonly { readonly field: string; readonly from: string; readonly to: string }[];
  /**
   * The second less the first: paired by example, or of examples that are drawn apart, whose intervals are wider; empty where
   * the classes are others.
   */
  readonly measures: readonly (Measure & { readonly apart: boolean })[];
  /**
   * Of each class: examples that the second run gets right and the first wrong, and the reverse; and McNemar's p. Empty
   * where they are not paired.
   */
  readonly classes: readonly {
    readonly label: number;
    readonly helped: number;
    readonly hurt: number;
    readonly p: number;
  }[];
}
