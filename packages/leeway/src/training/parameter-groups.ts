import type { optim, Tensor } from "@leeway/torch";
import type { Model } from "../models/index.ts";
import type { Recipe } from "../recipe/index.ts";

/**
 * The parameters of a network that was trained before, by how fast they move: the last layer at the learning rate, those
 * before it at `backboneLr` times it, and in residual networks `layerDecay` times less for every block further from the
 * end, the stem being the last:
 *
 *     factor_i = backboneLr · layerDecay^(L - 1 - i)     level i of L: the stem, each block, the last layer (1)
 *
 * Vectors (biases, and what normalisation multiplies by and adds) have no weight decay.
 *
 * @source levels and vectors: timm's `param_groups_layer_decay`, after BEiT (arXiv:2106.08254)
 */
export function parameterGroups(
  model: Model,
  { backboneLr = 1, layerDecay = 1, weightDecay }: Pick<Recipe, "backboneLr" | "layerDecay" | "weightDecay">,
): optim.ParameterGroup[] {
  const ofHead = new Set(model.classifier.parameters());
  const named = model.namedParameters();
  const levels = [...new Set(named.filter(([, each]) => !ofHead.has(each)).map(([name]) => levelOf(name)))];
  const groups = new Map<string, { lrFactor: number; weightDecay: number; parameters: Tensor[] }>();
  for (const [name, parameter] of named) {
    const before = levels.length - levels.indexOf(levelOf(name)); // 1 for the last block
    const lrFactor = ofHead.has(parameter) ? 1 : backboneLr * layerDecay ** before;
    const decay = parameter.shape.length > 1 ? weightDecay : 0;
    const key = `${lrFactor} ${decay}`;
    const group = groups.get(key);
    if (group) group.parameters.push(parameter);
    else groups.set(key, { lrFactor, weightDecay: decay, parameters: [parameter] });
  }
  return [...groups.values()];
}

/** "layer2.0" of a block's parameter, "stem" of what comes before the blocks. */
function levelOf(name: string): string {
  return /^layer\d+\.\d+/.exec(name)?.[0] ?? "stem";
}
