import { noGrad, scope } from "@leeway/torch";
import { RunError } from "../errors.ts";
import { firstNames, type GivenState, matchState, type StateMatch } from "../models/index.ts";
import type { Init } from "../recipe/index.ts";
import type { InitRecord } from "../records/index.ts";
import type { Session } from "../training/index.ts";
import { decodedInit, readInit, weightsPath } from "./init-file.ts";

/** The share of a network's tensors that weights to begin from must have. */
const minMatched = 0.9;

/**
 * Puts the weights that a recipe begins from into a session's network. The last layer stays as it is where its classes
 * are others.
 *
 * @returns what was loaded, for the record
 * @throws RunError with code "usage" where they are not there, have changed, or fewer than 90 % of the network's tensors
 *   are among them
 */
export function beginFrom({ model, data, average }: Session, init: Init): InitRecord {
  const bytes = readInit(init.path, init.sha256);
  const path = weightsPath(init);
  return scope(() => {
    const { state, metadata, widened } = decodedInit(path, bytes);
    const match = matchState(model, state, {
      sameClasses: isSame(metadata["classes"], data.train.classNames),
    });
    requireMatched(match, { path, model: init.model, state });
    noGrad(() => {
      model.loadStateDict({ ...model.stateDict(), ...match.loaded });
    });
    average?.reset();
    const { loaded, fresh, leftOver } = match;
    return {
      ...{ loaded: Object.keys(loaded).length, fresh: [...fresh], leftOver: [...leftOver] },
      ...(widened && { widened }),
    };
  });
}

/** Whether a network of ours was trained on the same classes; of others only their number is known. */
function isSame(recorded: string | undefined, classNames: readonly string[]): boolean {
  return recorded === undefined || recorded === JSON.stringify(classNames);
}

function requireMatched(
  { loaded, body, missing }: StateMatch,
  { path, model, state }: { readonly path: string; readonly model: string; readonly state: GivenState },
): void {
  const refuse = (what: string, got: string, advice: string): never => {
    throw new RunError("usage", `${path}: expected ${what}, got ${got}. ${advice}`, { path });
  };
  if (Object.keys(loaded).length === 0) {
    const what = `layers of ${model} that are not of its classes`;
    refuse(what, firstNames(Object.keys(state)), "Train it without --init.");
  }
  if (body - missing.length >= minMatched * body) return;
  const shapes = missing.map((name) => {
    const shape = state[name]?.shape;
    return shape === undefined ? name : `${name} of shape [${shape.join(", ")}]`;
  });
  const got = `${body - missing.length} of ${body}, without or otherwise: ${firstNames(shapes)}`;
  refuse(`the tensors of ${model}`, got, "It is another network, or an input of another size.");
}
