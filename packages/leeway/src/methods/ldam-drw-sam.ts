import { ldamDrw } from "./ldam-drw.ts";
import type { Method } from "./method.ts";
import type { MethodOptions } from "./options.ts";

/** LDAM-DRW by sharpness-aware steps: each gradient is taken at the worst point nearby, which costs a second pass. */
export function ldamDrwSam(options: MethodOptions = {}): Method {
  return {
    ...ldamDrw(options),
    name: "ldam-drw-sam",
    title: "LDAM-DRW-SAM",
    summary: "LDAM-DRW with steps towards flat minima, at twice the cost",
    source:
      "Foret et al. 2021 (arXiv:2010.01412) with LDAM-DRW, as in Rangwani et al. 2022 (arXiv:2212.13827)",
    regularisers: { rho: 0.05 },
  };
}
