import { useMemo, useState } from "preact/hooks";
import { profileCounts } from "../../../leeway/src/imbalance/index.ts";
import { classTable, type ClassRow } from "../../../leeway/src/theory/class-table.ts";
import { count } from "../../../leeway/src/report/words.ts";
import { plainNumber } from "../report/numbers/table.ts";
import { Slider } from "../report/parts/slider.tsx";
import { CountBars } from "./count-bars.tsx";

/** Classes that are dragged, at most: more are too thin for a finger. */
const maxClasses = 30;

/** What theory makes of class counts: margins, weights and draws, as the counts are dragged. */
export function TheoryView() {
  const [classes, setClasses] = useState(10);
  const [counts, setCounts] = useState<readonly number[]>(() => longTail(10, 100));
  const [maxMargin, setMaxMargin] = useState(0.5);
  const [beta, setBeta] = useState(0.9999);
  const [batch, setBatch] = useState(128);
  const rows = useMemo(() => classTable({ counts, maxMargin, beta }), [counts, maxMargin, beta]);
  const ratio = Math.max(...counts) / Math.min(...counts);
  const reset = (size: number, to: number): void => {
    setClasses(size);
    setCounts(longTail(size, to));
  };
  return (
    <>
      <h1 class="small">What class counts mean</h1>
      <p class="words">
        Drag the bars: how many training examples each class has decides the margins of LDAM, the weights of
        re-weighting and how often a batch shows a class at all.
      </p>
      <div class="tools">
        <WholeNumber
          label="Classes"
          value={classes}
          min={2}
          max={maxClasses}
          onChange={(size) => {
            reset(size, ratio);
          }}
        />
        <WholeNumber
          label="Imbalance ratio"
          value={Math.round(ratio)}
          min={1}
          max={5000}
          onChange={(to) => {
            reset(classes, to);
          }}
        />
        <WholeNumber label="Batch" value={batch} min={1} max={4096} onChange={setBatch} />
      </div>
      <CountBars counts={counts} onChange={setCounts} />
      <div class="sliders">
        <Slider
          label="largest margin"
          min={0.05}
          max={1}
          step={0.05}
          value={maxMargin}
          text={maxMargin.toFixed(2)}
          onChange={setMaxMargin}
        />
        <Slider
          label="β of the effective number, as zeros of 1 − β"
          min={0}
          max={6}
          step={0.1}
          value={zerosOf(beta)}
          text={betaText(beta)}
          onChange={(zeros) => {
            setBeta(1 - 10 ** -zeros);
          }}
        />
      </div>
      <TheoryTable rows={rows} batch={batch} />
    </>
  );
}

/** Counts that fall evenly from 5,000, so many times in all. */
function longTail(classes: number, ratio: number): number[] {
  return profileCounts("longtail", { classes, max: 5000, ratio: Math.max(1, Math.min(5000, ratio)) });
}

function zerosOf(beta: number): number {
  return Math.round(-10 * Math.log10(1 - beta)) / 10;
}

function betaText(beta: number): string {
  return beta === 0 ? "0" : String(Number(beta.toPrecision(6)));
}

interface NumberProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onChange: (value: number) => void;
}

/** A whole number that is typed. */
function WholeNumber({ label, value, min, max, onChange }: NumberProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="number"
        min={min}
        max={max}
        value={value}
        onChange={({ currentTarget: { valueAsNumber: typed } }) => {
          if (typed >= min && typed <= max) onChange(Math.round(typed));
        }}
      />
    </label>
  );
}

interface TheoryTableProps {
  readonly rows: readonly ClassRow[];
  readonly batch: number;
}

/** Margins, weights and expected examples of a batch, class by class. */
function TheoryTable({ rows, batch }: TheoryTableProps) {
  return (
    <table class="plain">
      <thead>
        <tr>
          <th scope="col">class</th>
          <th scope="col">training examples</th>
          <th scope="col">margin Δ</th>
          <th scope="col">weight 1/n</th>
          <th scope="col">effective number</th>
          <th scope="col">weight 1/E</th>
          <th scope="col">{`in a batch of ${batch}`}</th>
          <th scope="col">with RS</th>
          <th scope="col">batches without it</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.name}>
            <th scope="row">{row.name}</th>
            <td>{count(row.count)}</td>
            <td>{row.margin.toFixed(3)}</td>
            <td>{plainNumber(row.inverseFrequencyWeight)}</td>
            <td>{plainNumber(row.effectiveNumber)}</td>
            <td>{plainNumber(row.effectiveNumberWeight)}</td>
            <td>{plainNumber(batch * row.drawn.plain)}</td>
            <td>{plainNumber(batch * row.drawn.rs)}</td>
            <td>{`${(100 * (1 - row.drawn.plain) ** batch).toFixed(1)} %`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
