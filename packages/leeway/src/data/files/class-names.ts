/**
 * Finds a class by its name in a file of another type. A name that is not spelt as a class is the class of the same
 * number, 1, 1.0 and 1e0, or of the same truth value, true and True; where two classes are equal in that way, only by its
 * spelling.
 *
 * @returns the label of a name; -1 where no class is called so
 */
export function classFinder(classNames: readonly string[]): (name: string) => number {
  const spelt = new Map(classNames.map((each, label) => [each, label]));
  const equal = new Map<string, number>();
  classNames.forEach((each, label) => {
    const value = valueOf(each);
    if (value !== undefined) equal.set(value, equal.has(value) ? -1 : label);
  });
  return (name) => spelt.get(name) ?? equal.get(valueOf(name) ?? name) ?? -1;
}

/** Beyond it whole numbers that differ are the same float64. */
const maxNumber = 1e15;

/** What a number or a truth value is however it is spelt; undefined for other names. */
function valueOf(name: string): string | undefined {
  const text = name.trim().toLowerCase();
  if (text === "true" || text === "false") return text;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Math.abs(value) < maxNumber ? String(value + 0) : undefined; // + 0: -0 is 0
}
