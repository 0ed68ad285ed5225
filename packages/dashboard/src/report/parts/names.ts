import type { RunReport, ReportClass } from "../../../../leeway/src/report/page/report-data.ts";
import { printable } from "../../../../leeway/src/report/words.ts";

/** A name in the room that there is: its middle goes, since ends of long names differ as often as beginnings. */
export function shortName(name: string, max: number): string {
  const letters = Array.from(printable(name));
  if (letters.length <= max) return letters.join("");
  const head = Math.ceil((max - 1) * 0.6);
  return `${letters.slice(0, head).join("")}…${letters.slice(letters.length - (max - 1 - head)).join("")}`;
}

/** A class by its label, of a run. */
export function classAt({ classes }: RunReport, label: number): ReportClass {
  return classes[label]!; // labels of a report are of its classes
}

/** A class's name, in the room that there is. */
export function nameAt(run: RunReport, label: number, max = 40): string {
  return shortName(classAt(run, label).name, max);
}

/** A class's name inside a sentence: in quotes, unless it is a word that nobody takes for another part of it. */
export function saidName(run: RunReport, label: number, max = 40): string {
  const name = nameAt(run, label, max);
  return /^\p{L}[\p{L}\p{N}_-]{2,}$/u.test(name) ? name : `“${name}”`;
}

/** Labels from the most frequent class to the rarest. */
export function byFrequency({ classes }: RunReport): number[] {
  return [...classes.keys()].sort((a, b) => classes[b]!.trainCount - classes[a]!.trainCount || a - b);
}

/** A text whose numbers stay on a line with their unit. */
export function unbroken(text: string): string {
  return text.replaceAll(" %", "\u00A0%");
}

/** "many-shot", as groups are called. */
export function groupName(group: string): string {
  return group === "all" ? "all examples" : `${group}-shot`;
}

/** How tables and scores hold the name of a run in a list of two. */
export function runName({ method, id }: RunReport, other: RunReport | null): string {
  return other !== null && other.method === method ? `${method} (${id})` : method;
}
