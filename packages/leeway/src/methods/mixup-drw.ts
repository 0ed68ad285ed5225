import { ermDrw } from "./erm-drw.ts";
import type { Method } from "./method.ts";
import type { MethodOptions } from "./options.ts";

/** ERM-DRW on mixed examples: mixup in both stages. */
export function mixupDrw(options: Pick<MethodOptions, "beta" | "deferAt"> = {}): Method {
  return {
    ...ermDrw(options),
    name: "mixup-drw",
    title: "Mixup-DRW",
    summary: "ERM-DRW on pairs of examples mixed at random",
    source: "Zhang et al. 2018 (arXiv:1710.09412) with Algorithm 1 of Cao et al. 2019 (arXiv:1906.07413v2)",
    regularisers: { mixup: 1 },
  };
}
