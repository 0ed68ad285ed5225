import { native } from "./native.ts";

/** A generator of libtorch's random operators, with a state that can be saved and restored. */
export class Generator {
  /** The native half; operators that take a generator read it. */
  readonly handle: object;

  /** @param seed a whole number of at least 0 */
  constructor(seed: number) {
    requireSeed("Generator", seed);
    this.handle = native().newGenerator(seed);
  }

  /** The whole state, as bytes: a generator given them goes on with the same numbers. */
  state(): Uint8Array {
    return native().generatorState(this);
  }

  /** @throws TorchError if `state` is not a state of this kind of generator */
  setState(state: Uint8Array): void {
    native().setGeneratorState(this, state);
  }
}

/** Seeds the generator of operators that are given none, such as dropout. */
export function manualSeed(seed: number): void {
  requireSeed("manualSeed", seed);
  native().seedDefault(seed);
}

/** The state of the generator that {@link manualSeed} seeds. */
export function defaultGeneratorState(): Uint8Array {
  return native().generatorState(null);
}

/** Restores a state of {@link defaultGeneratorState}. */
export function setDefaultGeneratorState(state: Uint8Array): void {
  native().setGeneratorState(null, state);
}

function requireSeed(where: string, seed: number): void {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`${where}: expected seed to be a whole number of at least 0, got ${seed}.`);
  }
}
