/** What a line break looks like in text taken from web pages. */
const lineBreak = /<br\s*\/?>/gi;
const typographicApostrophe = /[\u2018\u2019\u02BC]/g;
/**
 * In turn: a character of a script written without spaces, by itself; a word with its inner apostrophes ("don't");
 * any other visible character, by itself. Control characters, lone surrogates and the like belong to nothing.
 */
const token =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]|(?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}])[\p{L}\p{M}\p{N}])+(?:'(?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}])[\p{L}\p{M}\p{N}])+)*|[^\s\p{C}]/gu;

/**
 * A text as words and punctuation marks, in lower case: "It's <br />GREAT!" gives it's, great, !.
 *
 * The same on every machine: letters are Unicode's, composed (NFC), and lower case does not depend on the locale.
 */
export function tokenize(text: string): string[] {
  const plain = text
    .replace(lineBreak, " ")
    .replace(typographicApostrophe, "'")
    .normalize("NFC")
    .toLowerCase();
  return plain.match(token) ?? [];
}
