import type { ReportClass, RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { count, percent } from "../../../../leeway/src/report/words.ts";
import { usePicked } from "../context.ts";
import { linearScale, logScale, logTicks, type Scale } from "../numbers/scale.ts";
import { BottomAxis, LeftAxis } from "../parts/axis.tsx";
import { classAt, nameAt, saidName } from "../parts/names.ts";
import { Panel } from "../parts/panel.tsx";
import { RunKey } from "../parts/run-key.tsx";
import { type Spot, SpottedFigure } from "../parts/spotted-figure.tsx";
import { classesSpec, classesTable } from "../twins/classes.ts";
import { ClassNames } from "./class-names.tsx";
import { intervalText } from "./headline.tsx";

const margin = { top: 34, right: 16, bottom: 52, left: 48 };

/** Recall against how many training examples a class has. */
export function ClassScatter() {
  const { run, other, label, pick } = usePicked();
  const shown = [run, ...(other === null ? [] : [other])];
  return (
    <Panel
      id="classes"
      title="Recall by class size"
      words={wordsOf(run)}
      table={() => classesTable(shown)}
      spec={() => classesSpec(shown)}
    >
      {other !== null && <RunKey run={run} other={other} />}
      <SpottedFigure
        label="Recall of each class against its number of training examples."
        height={380}
        spots={(width) => spotsOf(run, scalesFor(run, width, 380), pick)}
      >
        {(width) => <Marks run={run} other={other} label={label} scales={scalesFor(run, width, 380)} />}
      </SpottedFigure>
    </Panel>
  );
}

/** Pixels of training examples and of recall. */
export interface Scales {
  readonly x: Scale;
  readonly y: Scale;
}

function scalesFor({ classes }: RunReport, width: number, height: number): Scales {
  const counts = classes.map(({ trainCount }) => Math.max(1, trainCount));
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return {
    x: logScale([least / 1.25, most * 1.25], [margin.left, width - margin.right]),
    y: linearScale([0, 1], [height - margin.bottom, margin.top]),
  };
}

export function xOf({ x }: Scales, { trainCount }: ReportClass): number {
  return x(Math.max(1, trainCount));
}

function spotsOf(run: RunReport, scales: Scales, pick: (label: number) => void): Spot[] {
  return [...run.classes.entries()]
    .filter(([, { recall }]) => recall !== null)
    .sort(([, a], [, b]) => b.trainCount - a.trainCount)
    .map(([label, own]) => ({
      x: xOf(scales, own),
      y: scales.y(own.recall!), // filtered
      title: nameAt(run, label),
      lines: [
        `recall ${percent(own.recall)}${own.recallInterval === null ? "" : `, ${intervalText(own.recallInterval)}`}`,
        `${count(own.trainCount)} training, ${count(own.testCount)} test ${run.noun}`,
        ...own.takenFor
          .slice(0, 3)
          .map((taken) => `taken for ${nameAt(run, taken.label, 28)}: ${count(taken.count)}`),
      ],
      pick: () => {
        pick(label);
      },
    }));
}

interface MarksProps {
  readonly run: RunReport;
  readonly other: RunReport | null;
  readonly label: number | null;
  readonly scales: Scales;
}

function Marks({ run, other, label, scales }: MarksProps) {
  const { x, y } = scales;
  const top = margin.top;
  const bottom = y.range[0];
  const most = Math.max(...run.classes.map(({ testCount }) => testCount), 1);
  const many = run.classes.length > 150;
  const chosen = label ?? -1;
  return (
    <g class={many ? "many-marks" : ""}>
      {[20, 100].map((tick) =>
        tick > x.domain[0] && tick < x.domain[1] ? (
          <g key={tick}>
            <line class="rule" x1={x(tick)} x2={x(tick)} y1={top} y2={bottom} />
            <text class="rule-text" x={x(tick) + 5} y={top - 6}>
              {tick === 20 ? "20: medium-shot from here" : "100: many-shot above"}
            </text>
          </g>
        ) : null,
      )}
      <BottomAxis scale={x} ticks={logTicks(x.domain)} at={bottom} format={count} title="training examples" />
      <LeftAxis
        scale={y}
        ticks={[0, 0.25, 0.5, 0.75, 1]}
        at={margin.left}
        format={(tick) => `${100 * tick} %`}
        title="recall"
        grid={x.range[1] - x.range[0]}
      />
      {other?.classes.map((own, j) =>
        own.recall === null ? null : (
          <g key={j}>
            <line
              class="shift"
              x1={xOf(scales, own)}
              x2={xOf(scales, own)}
              y1={y(run.classes[j]?.recall ?? own.recall)}
              y2={y(own.recall)}
            />
            <path class="diamond b" d={diamond(xOf(scales, own), y(own.recall), many ? 3 : 5)} />
          </g>
        ),
      )}
      {run.classes.map((own, j) =>
        own.recall === null ? null : (
          <g key={j} class={j === chosen ? "chosen" : ""}>
            {own.recallInterval !== null && !many && (
              <line
                class="whisker a"
                x1={xOf(scales, own)}
                x2={xOf(scales, own)}
                y1={y(own.recallInterval[0])}
                y2={y(own.recallInterval[1])}
              />
            )}
            <circle
              class="dot a"
              cx={xOf(scales, own)}
              cy={y(own.recall)}
              r={radius(own.testCount / most, many)}
            />
          </g>
        ),
      )}
      {run.classes.length > 40 && <path class="trend a" d={trendOf(run, scales)} />}
      {other !== null && run.classes.length > 40 && <path class="trend b" d={trendOf(other, scales)} />}
      <ClassNames run={run} chosen={label} scales={scales} />
    </g>
  );
}

/** The mean recall of classes of about as many training examples: twelve lots of as many classes. */
function trendOf({ classes }: RunReport, { x, y }: Scales): string {
  const tested = classes.filter(({ recall }) => recall !== null).sort((a, b) => a.trainCount - b.trainCount);
  const lots = Array.from({ length: 12 }, (_, i) =>
    tested.slice(Math.floor((i * tested.length) / 12), Math.floor(((i + 1) * tested.length) / 12)),
  ).filter(({ length }) => length > 0);
  return lots
    .map((lot, i) => {
      const log =
        lot.reduce((sum, { trainCount }) => sum + Math.log(Math.max(1, trainCount)), 0) / lot.length;
      const recall = lot.reduce((sum, own) => sum + own.recall!, 0) / lot.length; // filtered
      return `${i === 0 ? "M" : "L"}${x(Math.exp(log)).toFixed(1)} ${y(recall).toFixed(1)}`;
    })
    .join("");
}

/** The area says how many test examples there are; a few must still be seen. */
function radius(share: number, many: boolean): number {
  return (many ? 3.5 : 6) * Math.sqrt(Math.max(0.25, share));
}

function diamond(x: number, y: number, r: number): string {
  return `M${x} ${y - r}L${x + r} ${y}L${x} ${y + r}L${x - r} ${y}Z`;
}

function wordsOf(run: RunReport): string {
  const measured = [...run.classes.keys()].filter((j) => classAt(run, j).recall !== null);
  if (measured.length === 0) return "No class has a test example.";
  const worst = measured.reduce((a, b) => (classAt(run, b).recall! < classAt(run, a).recall! ? b : a)); // filtered
  const { recall, trainCount, testCount } = classAt(run, worst);
  const half = measured.filter((j) => classAt(run, j).recall! < 0.5).length;
  return (
    `${saidName(run, worst)} is recognised worst: ${percent(recall)} of ${count(testCount)}, with ${count(trainCount)} training examples. ` +
    `${half === 0 ? "No class is" : half === 1 ? "One class is" : `${count(half)} of ${count(measured.length)} classes are`} found in less than half of the cases. ` +
    (run.classes.length > 40 ? "The line is the mean of classes of about the same size. " : "") +
    "The area of a mark is the number of test examples; vertical lines are intervals of 95 %."
  );
}
