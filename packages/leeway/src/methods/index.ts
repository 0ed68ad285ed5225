import { didYouMean, expected } from "../errors.ts";
import { balancedSoftmax } from "./balanced-softmax.ts";
import { cbDrw } from "./cb-drw.ts";
import { cbFocal } from "./cb-focal.ts";
import { cbRs } from "./cb-rs.ts";
import { cbRw } from "./cb-rw.ts";
import { ermDrs } from "./erm-drs.ts";
import { ermDrw } from "./erm-drw.ts";
import { erm } from "./erm.ts";
import { focal } from "./focal.ts";
import { hgDrs } from "./hg-drs.ts";
import { ldamDrs } from "./ldam-drs.ts";
import { ldamDrw } from "./ldam-drw.ts";
import { ldamHgDrs } from "./ldam-hg-drs.ts";
import { ldam } from "./ldam.ts";
import { logitAdjustment } from "./logit-adjustment.ts";
import { ldamDrwSam } from "./ldam-drw-sam.ts";
import { mDrw } from "./m-drw.ts";
import { mislas } from "./mislas.ts";
import { mixupDrw } from "./mixup-drw.ts";
import { regulariserNames, type Regularisers, withRegularisers } from "./regularisers.ts";
import { rs } from "./rs.ts";
import { rw } from "./rw.ts";
import { sqrtRs } from "./sqrt-rs.ts";
import { vs } from "./vs.ts";
import { composed, composedName } from "./composed.ts";
import { crt } from "./crt.ts";
import { lws } from "./lws.ts";
import { logitAdjustmentPostHoc } from "./logit-adjustment-post-hoc.ts";
import { tauNorm } from "./tau-norm.ts";
import { type Method, optionNames } from "./method.ts";
import type { MethodOptions } from "./options.ts";

export { type Method, optionNames } from "./method.ts";
export { methodFields, type MethodOptions, methodOptionsSchema, type OptionValue } from "./options.ts";
export { composed, composedName } from "./composed.ts";
export { type Balance, balances, type LossName, lossNames, type PosthocName, posthocNames } from "./parts.ts";
export { type Regularisers, regulariserNames } from "./regularisers.ts";
export { deferred, followedBy, plainStages, sampledStages, weightedStages } from "./stages.ts";
export {
  balancedSoftmax,
  cbDrw,
  cbFocal,
  cbRs,
  cbRw,
  ermDrs,
  ermDrw,
  erm,
  focal,
  hgDrs,
  ldamDrs,
  ldamDrw,
  ldamDrwSam,
  ldamHgDrs,
  ldam,
  logitAdjustment,
  mDrw,
  mislas,
  mixupDrw,
  rs,
  rw,
  sqrtRs,
  crt,
  lws,
  logitAdjustmentPostHoc,
  tauNorm,
  vs,
};

/** Every method, in the order of the paper's tables. A new one is a file and a line here. */
export const methods: readonly ((options?: MethodOptions) => Method)[] = [
  erm,
  focal,
  ldam,
  rs,
  rw,
  cbRs,
  sqrtRs,
  cbRw,
  cbFocal,
  hgDrs,
  ldamHgDrs,
  mDrw,
  ermDrs,
  ermDrw,
  cbDrw,
  ldamDrs,
  ldamDrw,
  logitAdjustment,
  balancedSoftmax,
  vs,
  logitAdjustmentPostHoc,
  tauNorm,
  crt,
  lws,
  mislas,
  mixupDrw,
  ldamDrwSam,
];

/** The names of all methods. */
export const methodNames: readonly string[] = methods.map((make) => make().name);

/**
 * The method of that name.
 *
 * @param name one of `methodNames`, or "composed" for one whose options name its parts
 * @param options values for the parameters it has; `mixup`, `rho` and `cutout` combine with any method
 * @throws ArgumentError for an unknown name, with the nearest known one, or a parameter the method has not
 */
export function methodOf(name: string, options: MethodOptions = {}): Method {
  const make = name === composedName ? composed : methods.find((candidate) => candidate().name === name);
  if (make === undefined) {
    const names = [...methodNames, composedName];
    throw expected("methodOf", "method", `to be one of ${names.join(", ")}`, name, didYouMean(name, names));
  }
  const { own, regularisers } = split(options);
  const method = make(own);
  const known = optionNames(method);
  const stray = Object.keys(own).find((option) => !known.includes(option));
  if (stray !== undefined) {
    const has = known.length === 0 ? "It has no options of its own." : `It has ${known.join(", ")}.`;
    throw expected("methodOf", "options", `to be those that ${name} has`, stray, has);
  }
  return withRegularisers(method, regularisers);
}

/** A method's own options, and those of the regularisers. */
function split(options: MethodOptions): { own: MethodOptions; regularisers: Partial<Regularisers> } {
  const entries = Object.entries(options);
  const isRegulariser = ([option]: [string, unknown]): boolean =>
    (regulariserNames as readonly string[]).includes(option);
  return {
    own: Object.fromEntries(entries.filter((entry) => !isRegulariser(entry))),
    regularisers: Object.fromEntries(entries.filter(isRegulariser)),
  };
}
