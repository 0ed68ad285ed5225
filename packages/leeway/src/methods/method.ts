import { didYouMean, expected } from "../errors.ts";
import { schemaFault } from "../faults.ts";
import { defaultBeta } from "../imbalance/index.ts";
import { type LossName, lossNames, losses, type LossRow } from "./losses.ts";
import { methods } from "./methods.ts";
import {
  type MethodOptions,
  methodOptionsSchema,
  type OptionName,
  optionsInOrder,
  type OptionValue,
  partNames,
} from "./options.ts";
import { composedName, ownRow } from "./own.ts";
import { type Contrast, defaultsOf, type MethodRow, type PosthocName, type SecondStage } from "./row.ts";

/** A row with its options: all that training and evaluation read of a method, as data. */
export interface Method extends Pick<MethodRow, "title" | "summary" | "source"> {
  /** The same in file, option, record and page. */
  readonly name: string;
  /** The last layer. */
  readonly classifier: "linear" | "cosine" | "scaled-linear";
  /** s: what logits are multiplied by before they are read as probabilities. */
  readonly scale: number;
  /** What the first stage is made of. */
  readonly first: Required<Pick<MethodRow, "loss" | "weights" | "sampler">>;
  /** The second stage, and the share of the epochs before it. */
  readonly then?: SecondStage;
  /** What is done to logits when they are read, after training. */
  readonly posthoc?: Posthoc;
  /** What further views of images are trained for. */
  readonly contrast?: Contrast;
  /** What it adds to training beside its loss. */
  readonly regularisers: Regularisers;
  /** What its losses and weights are computed from, besides class counts. */
  readonly values: MethodOptions & { readonly scale: number; readonly beta: number };
  /** The options in use, for the record. */
  readonly options: Readonly<Record<string, OptionValue>>;
  /** Options it also takes, which have no default: they are recorded where they are given. */
  readonly optional: readonly OptionName[];
  /** Whether its options name its parts. */
  readonly own: boolean;
  /** What whoever trains it should know first. */
  readonly warnings?: readonly string[];
}

/** What is done to the logits of a trained network. */
interface Posthoc {
  /** τ log π_j is taken off logit j: what training's class frequencies added to it. */
  readonly priorTau?: number;
  /** Logit j becomes (z_j - b_j) / ‖w_j‖^τ: frequent classes have the longer weight vectors. */
  readonly normTau?: number;
}

/** Regularisers that combine with any method; 0 is without. */
interface Regularisers {
  /** α of mixup's Beta(α, α). Zhang et al. 2018 (arXiv:1710.09412). */
  readonly mixup: number;
  /** α of CutMix's Beta(α, α). Yun et al. 2019 (arXiv:1905.04899). */
  readonly cutmix: number;
  /** α of CMO's Beta(α, α): pieces of rare examples are put into others. Park et al. 2022 (arXiv:2112.00412). */
  readonly cmo: number;
  /** ε of label smoothing: the share of a target that all classes divide. Szegedy et al. 2016 (arXiv:1512.00567). */
  readonly labelSmoothing: number;
  /** ρ of SAM: the radius in which the worst point is looked for. Foret et al. 2021 (arXiv:2010.01412). */
  readonly rho: number;
  /** Side of the square that cutout removes, in whole pixels. DeVries and Taylor 2017 (arXiv:1708.04552). */
  readonly cutout: number;
}

const noRegularisers: Regularisers = { mixup: 0, cutmix: 0, cmo: 0, labelSmoothing: 0, rho: 0, cutout: 0 };

/** Their names, as options spell them. */
export const regulariserNames = Object.keys(noRegularisers) as readonly (keyof Regularisers)[];

/** The regulariser of a method that only images can have; undefined where there is none. */
export function imageRegulariser({
  regularisers,
}: Pick<Method, "regularisers">): keyof Regularisers | undefined {
  return (["cutout", "cutmix", "cmo"] as const).find((name) => regularisers[name] > 0);
}

/** The names of all methods of the table. */
export const methodNames: readonly string[] = Object.keys(methods);

const rows: Readonly<Record<string, (options: MethodOptions) => MethodRow>> = {
  ...Object.fromEntries(Object.entries(methods).map(([name, row]) => [name, () => row])),
  [composedName]: ownRow,
};

/**
 * The method of that name.
 *
 * @param name one of `methodNames`, or "composed" for one whose options name its parts
 * @param options values for the options it has; regularisers combine with any method
 * @throws ArgumentError for an unknown name, with the nearest known one, an option the method has not or a value that
 *   is impossible
 */
export function methodOf(name: string, options: MethodOptions = {}): Method {
  const rowFor = Object.hasOwn(rows, name) ? rows[name] : undefined;
  if (rowFor === undefined) {
    const names = Object.keys(rows);
    throw expected("methodOf", "method", `to be one of ${names.join(", ")}`, name, didYouMean(name, names));
  }
  const parsed = methodOptionsSchema.safeParse(options);
  if (!parsed.success) {
    throw schemaFault("methodOf", parsed.error, { value: options, schema: methodOptionsSchema });
  }
  return withOptions(name, rowFor(options), options);
}

/** The names of the options a method takes, those of regularisers that any method takes left out. */
export function optionNames({ options, optional }: Pick<Method, "options" | "optional">): readonly string[] {
  return [...new Set([...Object.keys(options), ...optional])];
}

/** Of options those that a method takes, regularisers included. */
export function takenOptions<Options extends object>(method: Method, options: Options): Partial<Options> {
  const taken: readonly string[] = [...optionNames(method), ...regulariserNames];
  const entries = Object.entries(options).filter(([name]) => taken.includes(name));
  return Object.fromEntries(entries) as Partial<Options>;
}

/** A row with options in place of its defaults. */
function withOptions(name: string, row: MethodRow, options: MethodOptions): Method {
  const { title, summary, source, weights = "none", sampler = "none", then, posthoc = "none" } = row;
  const { loss = "cross-entropy", margins = "ldam", classifier = losses[loss].classifier } = row;
  const defaults = defaultsOf(row);
  const given = withTau(options, defaults);
  const takesPrior = losses[loss].margined && margins !== "uniform"; // one margin for all knows no prior
  const optional = [...(row.optional ?? []), ...(takesPrior ? (["testPrior"] as const) : [])];
  requireTaken({ name, row }, given, optionNames({ options: optionsInOrder(defaults), optional }));
  const values = { scale: 1, beta: defaultBeta, margins, ...defaults, ...given };
  const { deferAt, tau = 1, posthocTau = tau } = values;
  const regularisers = regularisersOf(values);
  requireSmoothable(regularisers, [loss, then?.loss ?? loss]);
  const recorded = Object.entries({ ...defaults, ...given }).filter(
    ([each, value]) => each in defaults || !(each in noRegularisers) || value !== 0,
  );
  return {
    ...{ name, title, summary, source, classifier, optional, regularisers, values },
    scale: values.scale,
    first: { loss, weights, sampler },
    ...(then && { then: { ...then, at: deferAt ?? then.at } }),
    ...(posthoc !== "none" && { posthoc: posthocOf(posthoc, posthocTau) }),
    ...(row.contrast && { contrast: row.contrast }),
    options: optionsInOrder(Object.fromEntries(recorded)),
    own: row.named !== undefined,
    ...warned(losses[loss], classifier, values.scale),
  };
}

/** The regularisers among options. */
function regularisersOf(values: MethodOptions): Regularisers {
  const regularisers = Object.fromEntries(
    regulariserNames.map((name) => [name, values[name] ?? noRegularisers[name]]),
  ) as unknown as Regularisers; // has each of their names
  const mixing = (["mixup", "cutmix", "cmo"] as const).filter((name) => regularisers[name] > 0);
  const [one, other] = mixing;
  if (other === undefined) return regularisers;
  const advice = "A batch is mixed in one way.";
  throw expected("methodOf", other, `to be 0 beside ${one}`, regularisers[other], advice);
}

/** Refuses label smoothing of a loss without a target that could be smoothed. */
function requireSmoothable({ labelSmoothing }: Regularisers, used: readonly LossName[]): void {
  if (labelSmoothing === 0) return;
  const hard = used.find((loss) => !losses[loss].smoothable);
  if (hard === undefined) return;
  const able = lossNames.filter((loss) => losses[loss].smoothable).join(", ");
  throw expected(
    "methodOf",
    "labelSmoothing",
    `to be 0 for the loss ${hard}`,
    labelSmoothing,
    `It goes with ${able}.`,
  );
}

/** Options in which τ of posthoc, where its loss has none, is `tau`: records of version 0.1 call it `posthocTau`. */
function withTau(options: MethodOptions, defaults: MethodOptions): MethodOptions {
  const { posthocTau, ...rest } = options;
  const renamed = posthocTau !== undefined && !("posthocTau" in defaults) && rest.tau === undefined;
  return renamed && "tau" in defaults ? { ...rest, tau: posthocTau } : options;
}

/** Refuses an option that a method has not, and says which have it. */
function requireTaken(
  { name, row }: { readonly name: string; readonly row: MethodRow },
  given: MethodOptions,
  known: readonly string[],
): void {
  const taken: readonly string[] = [...known, ...regulariserNames];
  const stray = Object.keys(given).find((option) => !taken.includes(option));
  if (stray === undefined) return;
  if (row.named !== undefined) {
    if (stray === "testPrior" && row.margins === "uniform") {
      const advice = "One margin for all knows no prior.";
      throw expected("methodOf", stray, "to go with margins ldam", row.margins, advice);
    }
    const has = `It has ${known.join(", ")}.`;
    throw expected("methodOf", stray, "to go with a part that has it", row.title, has);
  }
  if (partNames.some((part) => part === stray)) {
    const advice = "Name a loss and its parts, or a method.";
    throw expected("methodOf", stray, `to go with method ${composedName}`, name, advice);
  }
  const having = methodNames.filter((each) => optionNames(methodOf(each)).includes(stray));
  throw expected("methodOf", stray, `to go with a method that has it (${having.join(", ")})`, name);
}

function posthocOf(name: Exclude<PosthocName, "none">, tau: number): Posthoc {
  return name === "tau-norm" ? { normTau: tau } : { priorTau: tau };
}

/** Margins and a scale for cosines, on logits that have no bound. */
function warned(
  { title, classifier: madeFor }: LossRow,
  classifier: Method["classifier"],
  scale: number,
): Pick<Method, "warnings"> {
  if (madeFor === classifier || madeFor !== "cosine" || scale <= 1) return {};
  const warning =
    `${title} on a linear last layer: its logits have no bound, and times a scale of ${scale} ` +
    "training may diverge. Take classifier cosine, or a scale of 1.";
  return { warnings: [warning] };
}
