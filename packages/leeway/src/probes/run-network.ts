import type { Dataset } from "../data/index.ts";
import { loadWeights, readWeights, recipeOf } from "../runs/index.ts";
import type { StoredRun } from "../storage/index.ts";
import { type Session, startSession } from "../training/index.ts";

/** What a network must know of the examples that it is to predict. */
type NamedInput = Pick<Dataset, "name" | "input" | "classNames">;

/**
 * The network of a run with weights of it, without the run's data. End the session with `endSession`.
 *
 * @throws RunError with code "run" if the weights are those of another network
 */
export function startRunNetwork(
  run: StoredRun,
  weights: ReturnType<typeof readWeights>,
  { dataset, device }: { readonly dataset: NamedInput; readonly device?: string | undefined },
): Session {
  const { trainCounts: counts, unthinnedCounts } = run.record.data;
  // A session knows its classes by the training counts, and its inputs by what is predicted.
  const train = withoutExamples(dataset);
  return startSession(
    recipeOf(run),
    { train, validation: null, test: train, counts, ...(unthinnedCounts && { unthinnedCounts }) },
    {
      device,
      load: (session) => {
        loadWeights(session, weights);
      },
    },
  );
}

/** What a network must know of a data set, so that the examples of the first prediction are not held. */
function withoutExamples({ name, input, classNames }: NamedInput): Dataset {
  const none: Dataset = {
    ...{ name, input, classNames, labels: new Int32Array(0), ids: new Uint32Array(0) },
    select: () => none,
    batches: () => [],
  };
  return none;
}
