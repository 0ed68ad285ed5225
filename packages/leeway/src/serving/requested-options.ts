import type { z } from "zod";
import { ArgumentError, didYouMean, faultText, shown } from "../errors.ts";
import { type PriorShares, priorShares, writtenPrior } from "../inference/index.ts";
import { HttpError, refusal } from "./http-error.ts";
import { optionsSchema } from "./schemas.ts";

/** How the examples of a request are predicted. */
export interface RequestedOptions {
  /** π', length K; undefined for what the method decides. */
  readonly prior: PriorShares | undefined;
  readonly decision: "none" | undefined;
  /** How many classes' probabilities are answered. */
  readonly top: number;
}

type OptionName = keyof z.infer<typeof optionsSchema>;

/** The names of the options, as a query has them; a header has `leeway-` before them. */
export const optionNames = Object.keys(optionsSchema.shape) as readonly OptionName[];

/**
 * The options of a request: of its query, or of its headers, percent-encoded as in a query.
 *
 * @throws HttpError 422 for an unknown name, or a value that is not possible
 */
export function requestedOptions(
  query: URLSearchParams,
  {
    header,
    classNames,
  }: {
    readonly header: (name: string) => string | undefined;
    readonly classNames: readonly string[];
  },
): RequestedOptions {
  for (const name of query.keys()) {
    if ((optionNames as readonly string[]).includes(name)) continue;
    const what = `options among ${optionNames.join(", ")}`;
    throw refusal(422, { what, got: shown(name), advice: didYouMean(name, optionNames) });
  }
  const given = Object.fromEntries(
    optionNames.map((name) => [name, query.get(name) ?? decoded(header(`leeway-${name}`))]),
  );
  const parsed = optionsSchema.safeParse(given);
  if (!parsed.success) throw wrongOption(parsed.error, given);
  const { prior, decision, top = Infinity } = parsed.data;
  return { prior: prior === undefined ? undefined : requestedPrior(prior, classNames), decision, top };
}

function decoded(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  try {
    return decodeURIComponent(value);
  } catch {
    throw refusal(422, { what: "headers that are percent-encoded", got: shown(value) });
  }
}

const words: Readonly<Record<OptionName, string>> = {
  prior: "training, auto or class=share,… for every class",
  top: "a whole number of at least 1",
  decision: "none",
};

function wrongOption({ issues }: z.ZodError, given: Readonly<Record<string, unknown>>): HttpError {
  const name = String(issues[0]!.path[0]) as OptionName; // zod promises an issue; every one is of a field
  return refusal(422, { where: name, what: words[name], got: shown(given[name]) });
}

/** @throws HttpError 422 for another form, or shares that are not those of the classes */
function requestedPrior(text: string, classNames: readonly string[]): PriorShares {
  const prior = writtenPrior(text);
  if (prior === undefined) throw refusal(422, { where: "prior", what: words.prior, got: shown(text) });
  try {
    return priorShares(prior, classNames);
  } catch (cause) {
    if (cause instanceof ArgumentError)
      throw new HttpError(422, faultText(cause, { where: "POST /predict" }), { cause });
    throw cause;
  }
}
