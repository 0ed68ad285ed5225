/** Something said of a column. */
export interface ColumnNote {
  readonly column: string;
  /** What stands after `column "a"`. */
  readonly one: string;
  /** The same of several columns, after `12 columns`: notes of equal words are said once where they are many. */
  readonly many: string;
}

/** More notes of a kind than this are one. */
const maxNotes = 5;

/** Notes as sentences: each column's own in their order, or where many say the same, one of all of them. */
export function noteSentences(notes: readonly ColumnNote[]): string[] {
  const groups = new Map<string, ColumnNote[]>();
  for (const note of notes) {
    const group = groups.get(note.many);
    if (group === undefined) groups.set(note.many, [note]);
    else group.push(note);
  }
  return notes.flatMap((note) => {
    const group = groups.get(note.many) ?? [];
    if (group.length <= maxNotes) return `column "${note.column}"${note.one}`;
    if (note !== group[0]) return [];
    const shown = group.slice(0, 3).map(({ column }) => `"${column}"`);
    return `${group.length} columns${note.many} (${shown.join(", ")}, …)`;
  });
}
