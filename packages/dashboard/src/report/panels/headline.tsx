import type { Measure, RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { count, percent } from "../../../../leeway/src/report/words.ts";
import { usePicked } from "../context.ts";
import { Panel } from "../parts/panel.tsx";
import { runName } from "../parts/names.ts";
import { RunKey } from "../parts/run-key.tsx";
import { headlineSpec, headlineTable } from "../twins/headline.ts";

/** The numbers that matter, with their intervals, on one scale. */
export function Headline() {
  const { run, other } = usePicked();
  const shown = [run, ...(other === null ? [] : [other])];
  return (
    <Panel
      id="headline"
      title="Result"
      words={wordsOf(run)}
      table={() => headlineTable(shown)}
      spec={() => headlineSpec(shown)}
    >
      {other !== null && <RunKey run={run} other={other} />}
      <div class="measures">
        {run.headline.map((measure) => (
          <MeasureRow
            key={measure.name}
            measure={measure}
            beside={other?.headline.find(({ name }) => name === measure.name) ?? null}
          />
        ))}
      </div>
      <dl class="facts">
        {run.facts.map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {run.notes.length > 0 && (
        <ul class="notes">
          {run.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

interface MeasureRowProps {
  readonly measure: Measure;
  readonly beside: Measure | null;
}

function MeasureRow({ measure, beside }: MeasureRowProps) {
  const { other } = usePicked();
  const { name, value, chance, note } = measure;
  const shown = beside === null ? [measure] : [measure, beside];
  const tall = beside === null ? 20 : 34;
  return (
    <div class={beside === null ? "measure" : "measure two"}>
      <span class="name">{name}</span>
      <span class="value">
        {shown.map((each, i) => (
          <span key={i}>{percent(each.value)}</span>
        ))}
      </span>
      <span class="spread">
        {shown.map(({ interval }, i) => (
          <span key={i}>{interval === null ? "" : intervalText(interval)}</span>
        ))}
      </span>
      <svg class="track" role="img" aria-label={`${name}: ${percent(value)}`} height={tall}>
        {shown.map((each, i) => (
          <g key={i}>
            <rect class="rail" y={6 + 15 * i} width="100%" height={8} rx={2} />
            <Bar measure={each} y={6 + 15 * i} kind={i === 0 ? "a" : "b"} />
          </g>
        ))}
        {chance !== undefined && <line class="chance" x1={at(chance)} x2={at(chance)} y1={1} y2={tall - 1} />}
      </svg>
      <span class="note" title={note}>
        {note}
        {beside === null || beside.note === note || other === null
          ? ""
          : `; ${runName(other, null)}: ${beside.note}`}
        {chance === undefined || note.includes(percent(chance)) ? "" : `; by chance ${percent(chance)}`}
      </span>
    </div>
  );
}

function Bar({
  measure,
  y,
  kind,
}: {
  readonly measure: Measure;
  readonly y: number;
  readonly kind: "a" | "b";
}) {
  const { value, interval } = measure;
  if (value === null) return null;
  return (
    <g>
      <rect class={`bar ${kind}`} y={y} width={at(value)} height={8} rx={2} />
      {interval !== null && (
        <line class="whisker" x1={at(interval[0])} x2={at(interval[1])} y1={y + 4} y2={y + 4} />
      )}
    </g>
  );
}

function at(value: number): string {
  return `${100 * Math.max(0, Math.min(1, value))}%`;
}

/** "71.2 to 74.0 %" */
export function intervalText([low, high]: readonly [number, number]): string {
  return `${percent(low).replace(" %", "")} to ${percent(high)}`;
}

function wordsOf({ examples, noun, headline }: RunReport): string {
  const hasInterval = headline.some(({ interval }) => interval !== null);
  const hasChance = headline.some(({ chance }) => chance !== undefined);
  return (
    `On ${count(examples)} test ${noun}.` +
    (hasInterval ? " Thin lines are intervals of 95 %." : "") +
    (hasChance ? " A tick across the track is what scores that say nothing would have." : "")
  );
}
