import { classNameDataset } from "../data/index.ts";
import type { Recipe } from "../recipe/index.ts";
import type { RunData } from "../training/index.ts";

/** A run's data with where its last layer begins, if that is at the names of its classes. */
export async function withHeads({ headInit, headPrompt }: Recipe, data: RunData): Promise<RunData> {
  if (headInit !== "class-names") return data;
  const { classNames } = data.train;
  return { ...data, heads: await classNameDataset(classNames, data.preparation?.record, headPrompt) };
}
