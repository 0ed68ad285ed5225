/** A number that may stand for a missing one. */
export interface SentinelFacts {
  readonly value: number;
  readonly count: number;
}

/** Numbers that files have where a value is missing. */
const candidates = [-9, -99, -999, -9999, -99999, -999999, 99, 999, 9999, 99999, 999999];

/** Counts numbers that may stand for missing ones, and between which the other numbers lie. */
export function sentinelCount(): {
  readonly add: (value: number) => void;
  /** The most frequent that is there twice or more and lies apart; undefined for none. */
  readonly facts: () => SentinelFacts | undefined;
} {
  let counts: Map<number, number> | undefined;
  let [min, max] = [Infinity, -Infinity];
  return {
    add: (value) => {
      if (isCandidate(value)) {
        counts ??= new Map();
        counts.set(value, (counts.get(value) ?? 0) + 1);
        return;
      }
      if (value < min) min = value;
      if (value > max) max = value;
    },
    facts: () => {
      const found = [...(counts ?? [])].filter(([value, count]) => count > 1 && liesApart(value, min, max));
      const [first] = found.sort((a, b) => b[1] - a[1]);
      return first && { value: first[0], count: first[1] };
    },
  };
}

/** Whether all of a number's digits are nines, and what stands in {@link candidates}. */
function isCandidate(value: number): boolean {
  return (value >= 99 || value <= -9) && candidates.includes(value);
}

/** Whether a number is further from all others than these are from each other, or the only one below zero. */
function liesApart(value: number, min: number, max: number): boolean {
  if (min > max) return false; // there are no others
  const gap = value > max ? value - max : min - value;
  return gap > max - min || (value < -9 && min >= 0);
}
