import { marginCrossEntropy } from "@leeway/torch";
import { expected } from "../errors.ts";
import type { Loss } from "./loss.ts";

/**
 * Cross entropy: ℓ(z, y) = -log softmax(z)_y.
 *
 * @param scale s; the loss is taken of s · z. 1 for plain logits, more for cosines; above 0
 * @throws ArgumentError if `scale` is not above 0
 */
export function crossEntropyLoss({ scale = 1 } = {}): Loss {
  if (!(scale > 0 && scale < Infinity)) throw expected("crossEntropyLoss", "scale", "to be above 0", scale);
  return (logits, targets) => marginCrossEntropy(logits, targets, { scale });
}
