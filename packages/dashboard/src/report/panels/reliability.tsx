import type {
  Reliability,
  ReliabilityBin,
  RunReport,
} from "../../../../leeway/src/report/page/report-data.ts";
import { count, percent } from "../../../../leeway/src/report/words.ts";
import { usePicked } from "../context.ts";
import { linearScale } from "../numbers/scale.ts";
import { BottomAxis, LeftAxis } from "../parts/axis.tsx";
import { Figure } from "../parts/figure.tsx";
import { groupName } from "../parts/names.ts";
import { Panel } from "../parts/panel.tsx";
import { calibrationErrorOf, reliabilitySpec, reliabilityTable } from "../twins/reliability.ts";

/** Whether probabilities mean what they say. */
export function ReliabilityPanel() {
  const { run } = usePicked();
  if (run.reliability.length === 0) return null;
  return (
    <Panel
      id="reliability"
      title="Do probabilities mean what they say?"
      words={wordsOf(run)}
      table={() => reliabilityTable(run)}
      spec={() => reliabilitySpec(run)}
    >
      <p class="key">
        <svg width={14} height={14} aria-hidden="true">
          <circle class="dot a" cx={7} cy={7} r={4.5} />
        </svg>
        after calibration
        <svg width={14} height={14} aria-hidden="true">
          <path class="diamond hollow" d="M7 2L12 7L7 12L2 7Z" />
        </svg>
        before
      </p>
      <div class="multiples">
        {run.reliability.map((each) => (
          <figure key={each.group}>
            <figcaption>
              <strong>{groupName(each.group)}</strong>
              <span>{`error ${percent(calibrationErrorOf(each.after))}, before ${percent(calibrationErrorOf(each.before))}`}</span>
            </figcaption>
            <Diagram reliability={each} />
          </figure>
        ))}
      </div>
    </Panel>
  );
}

function Diagram({ reliability: { group, after, before, examples } }: { readonly reliability: Reliability }) {
  const label = `Accuracy against confidence of ${groupName(group)}, ${count(examples)} examples.`;
  return (
    <Figure label={label} min={180} height={(width) => Math.min(width, 260) + 20}>
      {(width) => {
        const side = Math.min(width, 260) - 46;
        const x = linearScale([0, 1], [40, 40 + side]);
        const y = linearScale([0, 1], [24 + side, 24]);
        const marks = [0, 0.5, 1];
        const format = (tick: number): string => `${100 * tick} %`;
        return (
          <g>
            <BottomAxis scale={x} ticks={marks} at={y(0)} format={format} />
            <LeftAxis scale={y} ticks={marks} at={40} format={format} title="right" grid={side} />
            <line class="rule" x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} />
            <path class="line before" d={lineOf(before, x, y)} />
            <path class="line a" d={lineOf(after, x, y)} />
            {before.map((bin, i) => (
              <path
                key={i}
                class="diamond hollow"
                d={`M${x(bin.confidence)} ${y(bin.accuracy) - 4}l4 4l-4 4l-4 -4z`}
              />
            ))}
            {after.map((bin, i) => (
              <circle key={i} class="dot a" cx={x(bin.confidence)} cy={y(bin.accuracy)} r={3.5}>
                <title>{`says ${percent(bin.confidence)}, right in ${percent(bin.accuracy)} of ${count(bin.examples)}`}</title>
              </circle>
            ))}
          </g>
        );
      }}
    </Figure>
  );
}

function lineOf(
  bins: readonly ReliabilityBin[],
  x: (value: number) => number,
  y: (value: number) => number,
): string {
  return bins
    .map(({ confidence, accuracy }, i) => `${i === 0 ? "M" : "L"}${x(confidence)} ${y(accuracy)}`)
    .join("");
}

function wordsOf({ reliability }: RunReport): string {
  const [all, ...groups] = reliability;
  if (all === undefined) return "There are no probabilities.";
  const worst = groups.toSorted((a, b) => calibrationErrorOf(b.after) - calibrationErrorOf(a.after))[0];
  return (
    `Where it says 80 %, 80 of 100 should be right: marks below the diagonal are too sure. On average probabilities are off by ${percent(calibrationErrorOf(all.after))}, before calibration ${percent(calibrationErrorOf(all.before))}` +
    (worst === undefined
      ? "."
      : `; for ${groupName(worst.group)} classes by ${percent(calibrationErrorOf(worst.after))}.`)
  );
}
