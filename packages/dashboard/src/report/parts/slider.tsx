import { useId } from "preact/hooks";

interface SliderProps {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly value: number;
  /** The value as people say it; shown beside, and spoken. */
  readonly text: string;
  /** What its ends mean. */
  readonly ends?: readonly [left: string, right: string];
  readonly onChange: (value: number) => void;
}

/** A slider that says where it stands. */
export function Slider({ label, min, max, step, value, text, ends, onChange }: SliderProps) {
  const id = useId();
  return (
    <div class="slider">
      <label for={id}>
        <span>{label}</span>
        <output for={id}>{text}</output>
      </label>
      <input
        id={id}
        type="range"
        {...{ min, max, step, value }}
        aria-valuetext={text}
        onInput={({ currentTarget }) => {
          onChange(Number(currentTarget.value));
        }}
      />
      {ends !== undefined && (
        <span class="ends" aria-hidden="true">
          <span>{ends[0]}</span>
          <span>{ends[1]}</span>
        </span>
      )}
    </div>
  );
}

/** A share as a slider moves it: evenly in log-odds. */
export const shareEnds = { min: -9.2, max: 4, step: 0.02 } as const;

export function shareOf(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

export function logOddsFor(share: number): number {
  return Math.max(shareEnds.min, Math.min(shareEnds.max, Math.log(share / (1 - share))));
}

/** "0.52 %", "12 %": two or three digits, however small. */
export function shareText(share: number): string {
  const value = 100 * share;
  return `${value >= 10 ? value.toFixed(0) : Number(value.toPrecision(2)).toString()} %`;
}
