import type { Command } from "commander";
import { type CheckpointTimes } from "../runs/index.ts";
import { nanPolicies, type OnNan } from "../training/index.ts";
import { choiceOption, numberOption, wholeOption } from "./options.ts";

/** The options of everything that trains: when it saves, and what bad numbers do. */
export interface CourseFlags {
  readonly checkpointMinutes?: number;
  readonly checkpointSteps?: number;
  readonly onNan?: OnNan;
}

/** Adds the options of {@link CourseFlags}. */
export function addCourseOptions(command: Command): Command {
  return command
    .optionsGroup("Safety:")
    .addOption(
      numberOption(
        "--checkpoint-minutes <minutes>",
        "from one checkpoint to the next, besides epochs' ends (10)",
        {
          aboveLeast: true,
          most: 10_000,
        },
      ),
    )
    .addOption(
      wholeOption("--checkpoint-steps <steps>", "from one checkpoint to the next (by time alone)", {
        least: 1,
        most: Number.MAX_SAFE_INTEGER,
      }),
    )
    .addOption(choiceOption("--on-nan <what>", "a step without finite numbers (stop)", nanPolicies));
}

/** What the flags ask of a run's course. */
export function courseOf({ checkpointMinutes, checkpointSteps, onNan }: CourseFlags): {
  readonly checkpoints: CheckpointTimes;
  readonly onNan: OnNan | undefined;
} {
  return { checkpoints: { minutes: checkpointMinutes, steps: checkpointSteps }, onNan };
}
