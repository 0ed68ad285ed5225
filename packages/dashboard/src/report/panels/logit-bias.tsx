import type { RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { count } from "../../../../leeway/src/report/words.ts";
import { usePicked } from "../context.ts";
import { linearScale, logScale, logTicks, roundTicks, type Scale } from "../numbers/scale.ts";
import { BottomAxis, LeftAxis } from "../parts/axis.tsx";
import { nameAt } from "../parts/names.ts";
import { Panel } from "../parts/panel.tsx";
import { type Spot, SpottedFigure } from "../parts/spotted-figure.tsx";
import { biasSpec, biasTable } from "../twins/flow.ts";

const height = 280;

/** Whether logits favour frequent classes. */
export function LogitBiasPanel() {
  const { run, pick } = usePicked();
  const { bias } = run;
  if (bias === null || run.classes.length < 3) return null;
  const spots = (width: number): Spot[] => {
    const { x, y } = scalesOf(run, width);
    return [...run.classes.entries()]
      .sort(([, a], [, b]) => b.trainCount - a.trainCount)
      .map(([label, { trainCount }]) => ({
        x: x(Math.max(1, trainCount)),
        y: y(bias.offsets[label]!), // a class
        title: nameAt(run, label),
        lines: [`offset ${signedText(bias.offsets[label]!)}`, `${count(trainCount)} training ${run.noun}`],
        pick: () => {
          pick(label);
        },
      }));
  };
  return (
    <Panel
      id="bias"
      title="Do logits favour frequent classes?"
      words={wordsOf(run)}
      table={() => biasTable(run)}
      spec={() => biasSpec(run)}
    >
      <SpottedFigure
        label="Offset of each class's logit against its number of training examples."
        height={height}
        spots={spots}
      >
        {(width) => {
          const { x, y } = scalesOf(run, width);
          const dots = spots(width);
          return (
            <g>
              <BottomAxis
                scale={x}
                ticks={logTicks(x.domain)}
                at={height - 48}
                format={count}
                title="training examples"
              />
              <LeftAxis
                scale={y}
                ticks={roundTicks(y.domain, 5)}
                at={48}
                format={signedText}
                title="offset b, in logits"
                grid={x.range[1] - 48}
              />
              <line class="rule" x1={48} x2={x.range[1]} y1={y(0)} y2={y(0)} />
              <FittedLine run={run} x={x} y={y} />
              {dots.map((dot) => (
                <circle
                  key={`${dot.title}${dot.x}`}
                  class="dot a"
                  cx={dot.x}
                  cy={dot.y}
                  r={dots.length > 150 ? 2.5 : 4.5}
                />
              ))}
            </g>
          );
        }}
      </SpottedFigure>
    </Panel>
  );
}

function scalesOf({ classes, bias }: RunReport, width: number): { x: Scale; y: Scale } {
  const counts = classes.map(({ trainCount }) => Math.max(1, trainCount));
  const most = Math.max(0.1, ...bias!.offsets.map(Math.abs)) * 1.15; // the panel is shown where there are some
  return {
    x: logScale([Math.min(...counts) / 1.25, Math.max(...counts) * 1.25], [48, width - 16]),
    y: linearScale([-most, most], [height - 48, 30]),
  };
}

/** The line of least squares: through the means, with the bias's slope. */
function FittedLine({
  run: { classes, bias },
  x,
  y,
}: {
  readonly run: RunReport;
  readonly x: Scale;
  readonly y: Scale;
}) {
  const logs = classes.map(({ trainCount }) => Math.log(Math.max(1, trainCount)));
  const middle = logs.reduce((sum, each) => sum + each, 0) / logs.length;
  const at = (log: number): number =>
    Math.max(y.domain[0], Math.min(y.domain[1], bias!.slope * (log - middle)));
  const [from, to] = [Math.min(...logs), Math.max(...logs)];
  return <line class="fit" x1={x(Math.exp(from))} x2={x(Math.exp(to))} y1={y(at(from))} y2={y(at(to))} />;
}

function signedText(value: number): string {
  return value === 0 ? "0" : `${value > 0 ? "+" : "−"}${Number(Math.abs(value).toPrecision(2))}`;
}

function wordsOf({ bias }: RunReport): string {
  const { slope, interval } = bias!;
  const shown = `The slope against log n is ${signedText(slope)}${interval === null ? "" : ` (${signedText(interval[0])} to ${signedText(interval[1])})`}`;
  const meaning =
    interval !== null && interval[0] <= 0 && interval[1] >= 0
      ? "by these examples not told from 0: calibrated as they are, logits have the training frequencies"
      : slope > 0
        ? "so logits have less of the training frequencies than the data, as methods that re-balance intend, and calibration puts them back"
        : "so logits favour frequent classes more than the data does, and calibration takes that back";
  return `Calibration adds an offset to each class's logit, so that probabilities have the training frequencies. ${shown}: ${meaning}.`;
}
