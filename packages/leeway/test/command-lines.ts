/** A command line of a page, by words, without the program's name. */
export type CommandLine = readonly string[];

const shells = ["", "sh", "bash", "console"];

/**
 * The lines of `leeway` on a Markdown page: in blocks of shell and between backticks.
 *
 * Between backticks a line with an ellipsis names a family of commands and is skipped.
 */
export function commandLinesIn(markdown: string): CommandLine[] {
  const fences = [...markdown.matchAll(/^```(\w*)\n(.*?)^```$/gms)];
  const blocks = fences.filter(([, language]) => shells.includes(language!)).map(([, , block]) => block!);
  const prose = markdown.replaceAll(/^```.*?^```$/gms, "");
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span!);
  const inline = spans.filter((span) => /^([A-Z_]+=\S+ )*(npx )?leeway\b/.test(span) && !span.includes("…"));
  return [...blocks.flatMap(commandLinesOf), ...inline.flatMap(commandLinesOf).map(asMention)];
}

/** A command's name alone speaks of the command: its help is there, whatever arguments it wants. */
function asMention(words: CommandLine): CommandLine {
  return words.every((word) => /^[a-z]+$/.test(word)) ? [...words, "--help"] : words;
}

/** The lines of `leeway` in the text of a shell. */
export function commandLinesOf(shell: string): CommandLine[] {
  return shell
    .replaceAll(/\\\n\s*/g, " ")
    .split("\n")
    .flatMap(commandsOf)
    .map((words) => words.slice(words.findIndex((word) => word !== "npx" && !/^[A-Z_]+=/.test(word))))
    .filter(([program]) => program === "leeway")
    .map(([, ...words]) => words);
}

/** The commands of a line, each by words: cut at `|`, `&&` and `;`, without comments, redirections and prompts. */
function commandsOf(line: string): string[][] {
  const commands: string[][] = [[]];
  const tokens = line
    .replace(/^\s*\$ /, "")
    .matchAll(/'([^']*)'|"([^"]*)"|(#.*)|(&&|\|\|?|;)|>\s*\S+|([^\s'"|;>&]+)/g);
  for (const [, single, double, comment, cut, bare] of tokens) {
    if (comment !== undefined) break;
    if (cut !== undefined) commands.push([]);
    const word = single ?? double ?? bare;
    if (word !== undefined) commands.at(-1)!.push(word);
  }
  return commands;
}
