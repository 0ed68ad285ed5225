/** Ends a benchmark that cannot begin: says what was expected, and leaves with code 2. */
export function refuse(wanted, got) {
  console.error(`bench: expected ${wanted}, got ${got}.`);
  process.exit(2);
}

/** The whole number that an option says. */
export function wholeNumber(options, name, { min = 1 } = {}) {
  const value = Number(options[name]);
  if (Number.isSafeInteger(value) && value >= min) return value;
  return refuse(`--${name} to be a whole number of at least ${min}`, options[name]);
}

/** The names that an option lists, parted by commas; all known ones where it is not given. */
export function listed(options, name, known) {
  const names = options[name]?.split(",") ?? known;
  const unknown = names.find((each) => !known.includes(each));
  if (unknown !== undefined) refuse(`--${name} to name ${known.join(", ")}`, unknown);
  return names;
}
