import type { Manifest } from "../inference/index.ts";
import type { DecisionRecord } from "../records/index.ts";
import type { StoredRun } from "../storage/index.ts";

/** What the page of a model is made from, beside its run. */
interface ReadmeFacts {
  readonly manifest: Manifest;
  readonly decision: DecisionRecord | null;
  readonly licence: string | undefined;
}

/** The page of an exported model: what it predicts, what it learned from, how good it is, how it is called. */
export function modelReadme({ record }: StoredRun, { manifest }: ReadmeFacts): string {
  const { classNames } = manifest;
  return `# ${record.recipe.dataset}\n\nPredicts one of ${classNames.length} classes.\n`;
}
