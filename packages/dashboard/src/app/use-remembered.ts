import { useState } from "preact/hooks";

/**
 * As `useState`, and the next visit of the page begins with the last value. Where the browser keeps nothing, or something
 * else was kept, it begins with the initial one.
 *
 * @param name of what is kept, in the browser's storage for this address
 * @param fits whether what was kept is such a value
 */
export function useRemembered<T>(
  name: string,
  initial: T,
  fits: (kept: unknown) => kept is T,
): readonly [value: T, set: (value: T) => void] {
  const [value, setValue] = useState<T>(() => {
    const kept = keptAs(name);
    return fits(kept) ? kept : initial;
  });
  const set = (next: T): void => {
    setValue(next);
    try {
      localStorage.setItem(keyOf(name), JSON.stringify(next));
    } catch {
      // A browser that keeps nothing of its pages: the choice holds until it is closed.
    }
  };
  return [value, set];
}

function keptAs(name: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(keyOf(name)) ?? "null");
  } catch {
    return null;
  }
}

const keyOf = (name: string): string => `leeway.${name}`;
