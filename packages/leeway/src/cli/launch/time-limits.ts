/** How long a rank may go on, in ms, after it was told to end: then it is killed. */
export const exitAfter = {
  /** For a checkpoint: Slurm and Kubernetes give as long by default. */
  signal: 30_000,
  /** Where another rank has failed: nobody answers any more, and the last checkpoint stands. */
  failure: 10_000,
} as const;

/** How long machines wait for each other before the first step, in ms, as torchrun does. */
export const meetingTakes = 300_000;

/** How often launchers of different machines tell each other that they live, and after which silence one is lost, in ms. */
export const heartbeat = { every: 5_000, lostAfter: 30_000 } as const;
