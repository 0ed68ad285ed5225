import type { Session } from "../training/index.ts";

/** Says where images are of another size than those that a run's initial network was trained on. */
export function initAdvice({ recipe: { init }, data }: Pick<Session, "recipe" | "data">): string[] {
  const { input } = data.train;
  if (init?.side === undefined || input.kind !== "image" || init.side === input.height) return [];
  return [
    `Size: the weights that the run begins from were trained on images of ${init.side} pixels, these have ` +
      `${input.height}. Features fit best at --image-size ${init.side}.`,
  ];
}
