import { type Abstention, clopperPearson, examplesForAlpha, totalSets } from "../../metrics/index.ts";
import { type Colors, renderTable } from "../table.ts";
import { count, counted, percent, shownName } from "../words.ts";

/** Whose sets they are. */
export interface AbstentionOptions {
  readonly classNames: readonly string[];
  readonly colors: Colors;
}

/** Classes that a table shows; of more the rarest. */
const maxClasses = 20;

/** What sets of classes come to on the test split: a table by class, what happens to 1,000 cases, and what is odd. */
export function renderAbstention(abstention: Abstention, options: AbstentionOptions): string {
  const { alpha } = abstention;
  const { colors } = options;
  return [
    colors.bold(`Sets of classes: each is in those of at least ${plainPercent(1 - alpha)} of its examples`),
    "",
    classTable(abstention, options),
    "",
    ...abstentionLines(abstention).map((line) => `  ${line}`),
    ...abstentionNotes(abstention, options).map((note) => colors.yellow(`  ${note}`)),
    "",
    choicesTable(abstention, options),
  ].join("\n");
}

function classTable(
  { test, examples, thresholds }: Abstention,
  { classNames, colors }: AbstentionOptions,
): string {
  const head = ["class", "validation examples", "in sets from p =", "test examples", "covered"];
  const shares = ["95 % interval", "decided rightly", "wrongly", "abstained"];
  const rarestFirst = [...examples.keys()].sort((a, b) => examples[a]! - examples[b]!);
  const rows = rarestFirst.slice(0, maxClasses).map((j) => {
    const counts = test[j]!; // a class
    const { covered, decided, right } = counts;
    const share = (part: number): string => percent(counts.examples === 0 ? null : part / counts.examples);
    const interval = counts.examples === 0 ? null : clopperPearson(covered, counts.examples);
    return [
      ...[shownName(classNames[j] ?? ""), count(examples[j]!)], // a class
      thresholds[j] === 0 ? "always" : String(thresholds[j]!),
      ...[count(counts.examples), share(covered)],
      interval === null ? "–" : `${percent(interval[0])} to ${percent(interval[1])}`,
      ...[share(right), share(decided - right), share(counts.examples - decided)],
    ];
  });
  const dimmed = [...head, ...shares].map((text) => colors.dim(text));
  const table = renderTable([dimmed, ...rows], { right: [1, 2, 3, 4, 5, 6, 7, 8], indent: 2 });
  const rest = examples.length - rows.length;
  return rest > 0 ? `${table}\n  … and ${counted(rest, "class", "classes")} more` : table;
}

/** What happens to 1,000 cases of the test split's kind. */
export function abstentionLines({ test }: Pick<Abstention, "test">): string[] {
  const { examples, decided, right, several, none, contradicted } = totalSets(test);
  const of = (part: number): string => perThousand(part / examples);
  const why = [
    [several, "have several classes in their set"],
    [none, "have no class in their set"],
    [contradicted, "have another class in their set than the decision"],
  ] as const;
  const reasons = why.filter(([part]) => part > 0).map(([part, words]) => `${of(part)} ${words}`);
  const abstained = `${of(examples - decided)} are abstained from${reasons.length === 0 ? "" : `: ${listed(reasons)}`}`;
  const wrong = `${of(decided - right)} of them wrongly`;
  return [`Of 1,000 test examples ${of(decided)} are decided, ${wrong}, and ${abstained}.`];
}

/** How many predictions are abstained from. */
export function abstainedNote(abstained: readonly boolean[]): string {
  const some = abstained.filter((each) => each).length;
  const share = abstained.length === 0 ? "" : `, ${percent(some / abstained.length)}`;
  return `Abstained from ${count(some)} of ${counted(abstained.length, "example", "examples")}${share}: their set of classes is not the decision alone.`;
}

/** What limits the sets, and what to do about it. */
export function abstentionNotes(
  { alpha, examples, thresholds }: Abstention,
  { classNames }: Pick<AbstentionOptions, "classNames">,
): string[] {
  const always = thresholds.flatMap((threshold, j) =>
    threshold === 0 ? [{ name: classNames[j] ?? "", examples: examples[j]! }] : [],
  );
  return always.length === 0 ? [] : [alwaysNote(always, alpha)];
}

/** Which classes have no threshold, what that means, and the ways out. */
function alwaysNote(
  classes: readonly { readonly name: string; readonly examples: number }[],
  alpha: number,
): string {
  const named = classes.slice(0, 3).map(({ name, examples }) => `"${shownName(name)}" (${examples})`);
  const rest = classes.length - named.length;
  const of = listed([...named, ...(rest > 0 ? [`${count(rest)} more`] : [])]);
  const meaning =
    classes.length === 1
      ? "it is in every set, so that no other class is decided for"
      : "they are in every set, so that nothing is decided";
  const fewest = Math.min(...classes.map(({ examples }) => examples));
  const larger = fewest === 0 ? "" : `, or take --abstain ${upTo(1 / (fewest + 1))}`;
  const needed = `A class needs ${count(examplesForAlpha(alpha))}`;
  return `Too few validation examples of ${of}: ${meaning}. ${needed}: hold out more with --validation-fraction${larger}.`;
}

/** What other shares would have led to. */
function choicesTable({ choices, alpha, thresholds }: Abstention, { colors }: AbstentionOptions): string {
  const head = ["sets alone, on validation", "abstained", "decided wrongly", "classes in every set"];
  const rows = choices.map((choice) => [
    `--abstain ${choice.alpha}${choice.alpha === alpha ? " (this)" : ""}`,
    ...[percent(choice.abstained), percent(choice.wrong), `${choice.always} of ${thresholds.length}`],
  ]);
  return renderTable([head.map((text) => colors.dim(text)), ...rows], { right: [1, 2, 3], indent: 2 });
}

/** A share in per cent with the digits that it has, `97.5 %`. */
function plainPercent(share: number): string {
  return `${Number((100 * share).toPrecision(6))} %`;
}

/** A share as cases of 1,000: `912`, and with a digit more below ten, `3.4`. */
function perThousand(share: number): string {
  const cases = 1000 * share;
  return cases >= 9.95 || Number.isInteger(cases) ? count(cases) : cases.toFixed(1);
}

/** The least number of two digits that is not below a share: 0.34 of a third. */
function upTo(share: number): number {
  const place = 10 ** Math.floor(Math.log10(share) - 1);
  return Number((Math.ceil(share / place - 1e-9) * place).toPrecision(2));
}

/** `a, b and c`. */
function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
