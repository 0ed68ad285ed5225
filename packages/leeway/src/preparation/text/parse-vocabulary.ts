import { RunError } from "../../errors.ts";
import { type NgramVocabulary, ngramVocabularySchema } from "./ngram-vocabulary.ts";
import { type Vocabulary, vocabularySchema } from "./vocabulary.ts";

/**
 * What texts become numbers by, from a run's record.
 *
 * @throws RunError with code "run" naming what is wrong
 */
export function parseVocabulary(record: unknown): Vocabulary | NgramVocabulary {
  const ofNgrams = typeof record === "object" && record !== null && "characters" in record;
  const parsed = ofNgrams ? ngramVocabularySchema.safeParse(record) : vocabularySchema.safeParse(record);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "the record" : issue.path.join(".");
  throw new RunError("run", `vocabulary: ${where}: ${issue?.message ?? "not a vocabulary"}. Train again.`);
}
