import type { z } from "zod";

/**
 * A field that people set: in a recipe, a configuration file, an option or a program. It is declared once, in a table;
 * types, schemas, options with ranges and defaults, names in errors and the pages are derived from it.
 */
export interface Field<T = unknown> {
  /** Its kind and range. */
  readonly type: z.ZodType<T>;
  /** What it is, in one line, without its default. */
  readonly help: string;
  /** Its default as help and pages show it: "0.9"; "images: 200"; none where it has none. */
  readonly default?: string;
  /** The heading under which its option stands in help. */
  readonly group: string;
  /** Its option where that is not its name in kebab case: "--batch-size" of `batchSize`; null for no option. */
  readonly flag?: string | null;
  /** What stands for its value in help, "<count>"; none for a switch. */
  readonly value?: string;
  /**
   * The first thing that a change of it changes: which examples there are, the training before a method's second
   * stage, the training after it, or nothing that is trained.
   */
  readonly affects: "data" | "first-stage" | "second-stage" | "nothing";
  /** Whether the short help shows it. */
  readonly common?: true;
}
