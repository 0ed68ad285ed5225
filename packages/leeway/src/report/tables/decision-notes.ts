import { freshRange, positivesForConfidence } from "../../decisions/index.ts";
import type { DecisionRecord } from "../../records/index.ts";
import { count, counted, percent, shellWord, shownName } from "../words.ts";

/** What is to be known of a decision: what was requested and how sure it is, what it holds for, where it is. */
export function decisionNotes(record: DecisionRecord, path: string): string[] {
  return [
    ...requestNotes(record),
    ...frequencyNotes(record),
    ...ruleNotes(record),
    ...storedNotes(record, path),
  ];
}

/** How often the test split was read before, and where the decision is. */
export function storedNotes(record: DecisionRecord, path: string): string[] {
  const columns =
    record.abstain === undefined
      ? 'a column "decision"'
      : 'the columns "decision", empty where it abstains, "abstained" and "set"';
  return [
    ...earlierNotes(record),
    `Stored in ${shellWord(`${path}/decision.json`)}: leeway predict adds ${columns}.`,
  ];
}

/** Of one class: whether the test split has as many of it found as the validation split lets expect. */
export function testNotes({
  validation,
  test,
}: DecisionRecord): { readonly text: string; readonly warns: boolean }[] {
  const [held, another] = validation.classes;
  const [fresh] = test.classes;
  if (held === undefined || another !== undefined || !fresh?.examples || held.examples === 0) return [];
  const [fewest, most] = freshRange(held.right, held.examples, fresh.examples);
  const range = fewest === most ? count(fewest) : `${count(fewest)} to ${count(most)}`;
  const found = `On the test ${count(fresh.right)} of ${count(fresh.examples)} were found; ${range} were to be expected`;
  if (fresh.right >= fewest && fresh.right <= most) return [{ text: `${found}.`, warns: false }];
  const why =
    fresh.right < fewest
      ? "The validation split flatters: it also chose the epoch and made the probabilities, or it is of other cases. Trust the test."
      : "The splits seem to be of different cases.";
  return [{ text: `${found}, in 95 of 100 splits. ${why}`, warns: true }];
}

function requestNotes({ requested, validation }: DecisionRecord): string[] {
  if ("costs" in requested) return ["Nothing was chosen: costs and probabilities decide."];
  const [first] = requested.criteria;
  if (first === undefined) return [];
  const { kind } = first;
  if (kind === "best-f1")
    return [
      "The highest F1 is flattered by its choice: its interval is of thresholds chosen on other examples.",
    ];
  if (kind === "max-alerts") return [];
  const what = kind === "min-recall" ? "recall" : "precision";
  if (first.confident) return [`The 95 % interval of ${what} lies above what was requested.`];
  const few = requested.criteria.flatMap(({ class: name, ...each }) => {
    if (!("share" in each) || each.share === 1 || kind !== "min-recall") return [];
    const { examples = 0 } = validation.classes.find((own) => own.name === name) ?? {};
    const needed = positivesForConfidence(each.share);
    return examples < needed
      ? [
          `To be sure of ${percent(each.share)} takes ${count(needed)} validation examples of "${shownName(name)}", of which there are ${count(examples)}: hold out more with --validation-fraction.`,
        ]
      : [];
  });
  const half = `The estimate of ${what} is what was requested; on fresh examples it is below about as often as above.`;
  return [
    few.length > 0 ? half : `${half} --confident wants the whole interval above it.`,
    ...few.slice(0, 3),
  ];
}

function frequencyNotes({ prior, classNames, validation: { examples, classes } }: DecisionRecord): string[] {
  if (prior !== undefined) {
    const shares = prior.slice(0, 8).map((share, j) => `${shownName(classNames[j] ?? "")} ${percent(share)}`);
    return [
      `Precision, alerts and costs are at the class frequencies of --prior: ${shares.join(", ")}. So are the probabilities that decide.`,
    ];
  }
  const [one, another] = classes;
  if (one === undefined || another !== undefined)
    return ["Of 1,000 cases with the class frequencies of the validation split."];
  return [
    `Of 1,000 cases with the class frequencies of the validation split, ${percent(one.examples / examples)} "${shownName(one.name)}"; --prior names others.`,
  ];
}

function ruleNotes({ rule, classNames, validation }: DecisionRecord): string[] {
  if ("costs" in rule || classNames.length === 2) return [];
  const every = rule.thresholds.every((threshold) => threshold !== null);
  const none = every ? "that of the highest p / threshold" : "the most probable class without a threshold";
  const words = `Of several classes that reach their threshold that of the highest p / threshold is decided for; where none does, ${none}.`;
  return validation.classes.length > 1
    ? [
        `${words} Each was chosen for its class alone: where classes compete, recall falls short of what was requested.`,
      ]
    : [words];
}

function earlierNotes({ earlier }: DecisionRecord): string[] {
  if (earlier === 0) return [];
  const before = counted(earlier, "decision", "decisions");
  return [
    `The test split was read for ${before} before this one: choose by the validation split, or it tests no more.`,
  ];
}
