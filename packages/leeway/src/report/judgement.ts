import { type ScarceClass, scarceClasses, testCountsOf } from "../analysis/index.ts";
import type { RunRecord, Summary } from "../records/index.ts";
import { exampleNoun } from "./recipe-words.ts";
import { scarceText } from "./scarce-words.ts";
import { counted } from "./words.ts";

/**
 * What a run's result cannot say because the test or the validation split has no or few examples of a class, and what
 * was done about it: sentences.
 */
export function judgementNotes(record: RunRecord, summary: Summary): string[] {
  const { recipe, data } = record;
  const noun = exampleNoun(recipe);
  return [
    ...testNotes(scarceClasses(data.classNames, testCountsOf(record, summary)), {
      noun: `Test ${noun}`,
      classes: data.classNames.length,
    }),
    ...validationNotes(record, summary),
  ];
}

/** What cannot be said of classes that a test has no or few examples of: sentences that begin with `noun`. */
export function testNotes(
  scarce: readonly ScarceClass[],
  { noun, classes }: { readonly noun: string; readonly classes: number },
): string[] {
  const none = scarce.filter(({ examples }) => examples === 0);
  const few = scarce.slice(none.length); // the scarcest come first
  const others = classes - none.length;
  const over =
    others < 2
      ? "what is counted over classes is not known either"
      : `means over classes are of the other ${others}`;
  return [
    ...(none.length === 0
      ? []
      : [`${noun}: ${scarceText(none, classes)}. How well such a class is found is not known; ${over}.`]),
    ...(few.length === 0
      ? []
      : [`${noun}: ${scarceText(few, classes)}. Numbers of such a class hang on single examples.`]),
  ];
}

function validationNotes({ recipe, data }: RunRecord, { selectedBy }: Summary): string[] {
  const scarce = scarceClasses(data.classNames, data.validationCounts);
  if (scarce.length === 0) return [];
  const noun = exampleNoun(recipe);
  const kept =
    selectedBy === "last"
      ? "They cannot choose an epoch, so the last one was kept."
      : "They chose the epoch.";
  return [`Validation ${noun}: ${scarceText(scarce, data.classNames.length)}. ${kept}`];
}

/** `mean over the classes`, or over those that a split has examples of; the reason where that is one alone. */
export function overClasses(perClass: readonly (number | null)[]): string {
  const present = perClass.filter((recall) => recall !== null).length;
  if (present === perClass.length) return "mean over the classes";
  if (present < 2) return `the split has ${counted(present, "class", "classes")} alone`;
  return `mean over the ${present} of ${perClass.length} classes that the split has`;
}
