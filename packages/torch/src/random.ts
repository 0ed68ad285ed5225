import { native } from "./native.ts";

/** A generator of libtorch's random operators, with a state that can be saved and restored. */
export class Generator {
  /** The native half; operators that take a generator read it. */
  readonly handle: object;

  /**
   * @param seed   a whole number of at least 0
   * @param device the device of the tensors that it fills
   */
  constructor(seed: number, { device = "cpu" }: { readonly device?: string } = {}) {
    requireSeed("Generator", seed);
    this.handle = native().newGenerator(seed, device);
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

/** Seeds the generators of operators that are given none, such as dropout: each device has one. */
export function manualSeed(seed: number): void {
  requireSeed("manualSeed", seed);
  native().seedDefault(seed);
}

/** The state of a device's generator that {@link manualSeed} seeds. */
export function defaultGeneratorState({ device = "cpu" }: { readonly device?: string } = {}): Uint8Array {
  return native().generatorState(device);
}

/** Restores a state of {@link defaultGeneratorState}. */
export function setDefaultGeneratorState(
  state: Uint8Array,
  { device = "cpu" }: { readonly device?: string } = {},
): void {
  native().setGeneratorState(device, state);
}

function requireSeed(where: string, seed: number): void {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`${where}: expected seed to be a whole number of at least 0, got ${seed}.`);
  }
}
