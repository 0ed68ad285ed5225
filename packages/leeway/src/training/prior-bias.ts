import { copyInto, noGrad, scope, tensor } from "@leeway/torch";
import { type Stage, taughtPrior } from "../methods/index.ts";
import type { Session } from "./session.ts";

/**
 * Begins the last layer's bias where a network that knows nothing of its input does best, at the class frequencies that
 * the stage teaches it:
 *
 *     s · b = log q     q by taughtPrior, the mean of b taken off
 *
 * At 1 : 10,000 a bias near zero is ten nats away from there, which the first steps would be spent on. A last layer
 * without a bias is left as it is.
 *
 * @source Lin et al. 2017 (arXiv:1708.02002), section 3.3, for one class against the rest
 */
export function beginAtPrior({ model, method, data, device }: PriorSession, stage: Stage): void {
  const { classifier } = model;
  if (!("bias" in classifier) || !classifier.bias) return;
  const { bias } = classifier;
  const taught = taughtPrior(stage, data.counts);
  const middle = taught.reduce((sum, each) => sum + each, 0) / taught.length;
  const values = Float32Array.from(taught, (each) => (each - middle) / method.scale);
  scope(() => {
    noGrad(() => {
      copyInto(bias, tensor(values, undefined, { device }));
    });
  });
}

/** What of a session says where the bias begins. */
type PriorSession = Pick<Session, "model" | "method" | "data" | "device">;
