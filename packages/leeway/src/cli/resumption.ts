import type { ResumeEvent } from "../runs/index.ts";

type Resuming = Extract<ResumeEvent, { kind: "resuming" }>;

/** Which checkpoints are lost, in sentences. */
export function damageWords({ damaged }: Resuming): string[] {
  return damaged.map(({ name, fault }) => `Checkpoint ${name} is damaged and left out: ${fault}.`);
}

/** What is otherwise than before, and where the run goes on. */
export function resumptionWords({ position: { step, epoch, batch }, changes }: Resuming): string[] {
  return [
    ...changes.map((change) => `Changed: ${change}`),
    `Resuming at step ${step}, epoch ${epoch + 1}, after ${batch} of its batches`,
  ];
}
