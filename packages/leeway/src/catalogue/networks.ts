import { didYouMean, expected } from "../errors.ts";
import { type InputKind, inputKinds, kindNouns } from "./kinds.ts";

/** The networks that take a kind of data. */
const networks: Readonly<Record<InputKind, readonly string[]>> = {
  image: [
    ...["resnet8", "resnet14", "resnet20", "resnet32", "resnet44", "resnet56", "resnet110"],
    ...["resnet18", "resnet50", "resnet8-sphere"],
  ],
  text: ["ngrams", "tfidf", "bilstm"],
  table: ["tabm", "mlp", "linear"],
  embedding: ["linear", "adapter", "mlp"],
};

/** Those that are a last layer alone, on features that nothing learns. */
const oneLayer: readonly string[] = ["ngrams", "tfidf", "linear"];

/** Whether a network is a last layer alone: of one that begins anew nothing stays. */
export function isOneLayer(network: string): boolean {
  return oneLayer.includes(network);
}

/** The plain network that others must beat to be worth their time, of kinds that have one. */
const baselines: Partial<Readonly<Record<InputKind, { readonly model: string; readonly words: string }>>> = {
  text: { model: "tfidf", words: "logistic regression on words" },
  table: { model: "linear", words: "logistic regression" },
};

/** The baseline of a kind of data, and what people call it; undefined where there is none. */
export function baselineNetwork(
  kind: InputKind,
): { readonly model: string; readonly words: string } | undefined {
  return baselines[kind];
}

/** The names of the networks that take a kind of data; by default of all. */
export function networkNames(kind?: InputKind): readonly string[] {
  const kinds = kind === undefined ? inputKinds : [kind];
  return [...new Set(kinds.flatMap((each) => networks[each]))];
}

/**
 * Checks that there is a network of that name for that kind of data.
 *
 * @throws ArgumentError with the nearest name where there is none
 */
export function requireNetwork(name: string, kind: InputKind): void {
  const names = networkNames(kind);
  if (names.includes(name)) return;
  const what = `to be one of ${names.join(", ")}, which take ${kindNouns[kind]}`;
  throw expected("recipe", "model", what, name, didYouMean(name, names));
}
