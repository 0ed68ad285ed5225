/** From a domain of the data to pixels. */
export interface Scale {
  (value: number): number;
  readonly domain: readonly [number, number];
  readonly range: readonly [number, number];
}

type Ends = readonly [from: number, to: number];

/** Even steps. */
export function linearScale(domain: Ends, range: Ends): Scale {
  const width = domain[1] - domain[0] || 1;
  const at = (value: number): number => range[0] + ((value - domain[0]) / width) * (range[1] - range[0]);
  return Object.assign(at, { domain, range });
}

/** Even ratios; the domain is above 0. */
export function logScale(domain: Ends, range: Ends): Scale {
  const inner = linearScale([Math.log(domain[0]), Math.log(domain[1])], range);
  return Object.assign((value: number) => inner(Math.log(value)), { domain, range });
}

/** Round numbers inside a domain, about `count` of them: steps of 1, 2 or 5 times a power of ten. */
export function roundTicks([from, to]: Ends, count: number): number[] {
  if (!(to > from)) return [from];
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough * 0.999)!; // 10 is
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** 1, 2, 5, 10, 20, … inside a domain above 0; powers of ten alone where those are many. */
export function logTicks([from, to]: Ends): number[] {
  const wide = to / from > 2000;
  const first = Math.floor(Math.log10(from));
  const last = Math.ceil(Math.log10(to));
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i))
    .flatMap((power) => (wide ? [power] : [power, 2 * power, 5 * power]))
    .map((tick) => Number(tick.toPrecision(12)))
    .filter((tick) => tick >= from * 0.999 && tick <= to * 1.001);
}
