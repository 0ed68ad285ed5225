import { type ArgumentFault, faultText } from "../errors.ts";

/** What recipes and readers call otherwise than the command line does. */
const otherNames: Readonly<Record<string, string>> = {
  paths: "DATA",
  testPaths: "--test",
  max: "--max-per-class",
  size: "--image-size",
  root: "--image-root",
  flip: "--no-flip",
};

/** What has its option's name. */
const sameNames: readonly string[] = [
  ...["profile", "keep", "ratio", "maxPerClass", "testFraction", "validationFraction", "protocol", "seed"],
  ...["model", "epochs", "batchSize", "optimizer", "momentum", "weightDecay", "precision"],
  ...["vocabularySize", "minCount", "maxLength", "mixup", "rho", "cutout", "classifier", "testPrior"],
  ...["resize", "badImages", "mostBad", "pathColumn", "encoding"],
];

/**
 * A fault of a function's parameter, said of the option that the user typed:
 * `recipe: expected batchSize to be …` becomes `--batch-size: expected …`. Other faults stay as they are.
 */
export function optionFault(fault: ArgumentFault): string {
  const option = optionOf(String(fault.path.at(-1) ?? ""));
  return option === undefined ? faultText(fault) : faultText(fault, { where: option, field: "" });
}

/** An option as it is typed, by the name that commander gives it: `--batch-size` of `batchSize`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function optionOf(name: string): string | undefined {
  if (sameNames.includes(name)) return flagOf(name);
  return Object.hasOwn(otherNames, name) ? otherNames[name] : undefined;
}
