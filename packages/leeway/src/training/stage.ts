import { Generator, scope } from "@leeway/torch";
import type { Stage } from "../imbalance/index.ts";
import { random } from "../random.ts";
import { cosineRate, learningRate } from "../recipe/index.ts";
import type { Session } from "./session.ts";

/** What changes at the beginning of a stage: its loss, what learns, and whether the last layer starts anew. */
export function enterStage(session: Session, stage: Stage): void {
  const { model, optimizer, recipe, stages } = session;
  resumeStage(session, stage);
  if (stage.trainable === undefined && !stage.restart) return;
  optimizer.reset(); // velocities of the stage before would push what has stopped, or what is new
  if (!stage.restart) return;
  const seed = random(recipe.seed, "restart", stages.indexOf(stage)).below(2 ** 31);
  scope(() => {
    model.classifier.resetParameters(new Generator(seed));
  });
}

/** As {@link enterStage}, in the middle of a stage: its loss and what learns are no part of the weights, the rest is. */
export function resumeStage(session: Session, stage: Stage): void {
  const { model, method, data } = session;
  session.loss = method.loss(data.counts, stage);
  // Also where everything learns: a run that was rolled back may come from a stage in which features rest.
  model.learn(stage.trainable ?? "all", { shiftStatistics: stage.shiftStatistics ?? false });
}

/** The learning rate of an epoch: the stage's own course where it has one, else the recipe's. */
export function stageRate({ recipe, stages }: Session, stage: Stage, epoch: number): number {
  if (stage.rateFactor === undefined) return learningRate(recipe.schedule, epoch);
  const until = stages[stages.indexOf(stage) + 1]?.fromEpoch ?? recipe.epochs;
  return cosineRate(
    stage.rateFactor * recipe.schedule.base,
    (epoch - stage.fromEpoch) / (until - stage.fromEpoch),
  );
}

/** α of mixup in this stage: mixing trains features, so it rests while only the last layer learns. */
export function mixupOf({ method }: Session, stage: Stage): number {
  return stage.trainable === undefined ? (method.regularisers?.mixup ?? 0) : 0;
}
