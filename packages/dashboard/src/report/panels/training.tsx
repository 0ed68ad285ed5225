import type { RunReport, TrainingCurve } from "../../../../leeway/src/report/page/report-data.ts";
import { percent } from "../../../../leeway/src/report/words.ts";
import { usePicked } from "../context.ts";
import { linearScale, roundTicks, type Scale } from "../numbers/scale.ts";
import { BottomAxis, LeftAxis } from "../parts/axis.tsx";
import { Figure } from "../parts/figure.tsx";
import { Panel } from "../parts/panel.tsx";
import { trainingSpec, trainingTable } from "../twins/training.ts";
import { plainNumber } from "../numbers/table.ts";
import { runName, shortName } from "../parts/names.ts";

interface Curve {
  readonly name: string;
  /** Of another run. */
  readonly epochs?: readonly number[];
  readonly kind: string;
  readonly values: readonly (number | null)[];
}

/** How training went. */
export function TrainingPanel() {
  const { run, other } = usePicked();
  const { training } = run;
  if (training.epochs.length === 0) return null;
  return (
    <Panel
      id="training"
      title="Training"
      words={wordsOf(run) + besideWords(run, other)}
      table={() => trainingTable(run)}
      spec={() => trainingSpec(run)}
    >
      <TrainingCurves
        training={training}
        {...(other !== null && {
          beside: { name: shortName(runName(other, run), 14), training: other.training },
        })}
      />
    </Panel>
  );
}

interface TrainingCurvesProps {
  readonly training: TrainingCurve;
  /** Another run, whose balanced accuracy on the same split stands beside. */
  readonly beside?: { readonly name: string; readonly training: TrainingCurve };
}

/** Accuracy, loss, gradients and rate, epoch by epoch; of a run that goes on, so far. */
export function TrainingCurves({ training, beside }: TrainingCurvesProps) {
  const groups: Curve[] = [
    { name: "many-shot", kind: "many", values: training.groups.many },
    { name: "medium-shot", kind: "medium", values: training.groups.medium },
    { name: "few-shot", kind: "few", values: training.groups.few },
  ].filter(isKnown);
  const balanced: Curve = { name: "balanced", kind: "all", values: training.balancedAccuracy };
  const others: Curve[] =
    beside?.training.split !== training.split
      ? []
      : [
          {
            name: beside.name,
            kind: "beside",
            epochs: beside.training.epochs,
            values: beside.training.balancedAccuracy,
          },
        ];
  // A group alone is all there is.
  const accuracies = [balanced, ...(groups.length > 1 ? groups : []), ...others].filter(isKnown);
  return (
    <>
      {accuracies.length > 0 && (
        <Curves
          training={training}
          title={`accuracy on ${training.split ?? "held-out examples"}`}
          height={250}
          curves={accuracies}
          isShare
        />
      )}
      <Curves
        training={training}
        title="training loss"
        height={150}
        curves={[{ name: "loss", kind: "all", values: training.loss }]}
      />
      {training.gradientNorm.some((norm) => norm !== null) && (
        <Curves
          training={training}
          title="norm of the gradient"
          height={110}
          curves={[{ name: "norm", kind: "all", values: training.gradientNorm }]}
        />
      )}
      <Curves
        training={training}
        title="learning rate"
        height={110}
        curves={[{ name: "rate", kind: "all", values: training.learningRate }]}
        isStepped
      />
    </>
  );
}

function isKnown({ values }: Curve): boolean {
  return values.some((value) => value !== null);
}

interface CurvesProps {
  readonly training: TrainingCurve;
  readonly title: string;
  readonly height: number;
  readonly curves: readonly Curve[];
  readonly isShare?: boolean;
  readonly isStepped?: boolean;
}

/** Lines over the epochs, named at their ends, with rules where stages begin and at the chosen epoch. */
function Curves({ training, title, height, curves, isShare = false, isStepped = false }: CurvesProps) {
  const known = curves.flatMap(({ values }) => values.filter((value) => value !== null));
  const [low, high] = [Math.min(0, ...known), isShare ? 1 : Math.max(...known, 1e-9) * 1.05];
  return (
    <Figure label={`${title}, epoch by epoch.`} height={height}>
      {(width) => {
        const last = Math.max(training.epochs.at(-1)!, ...curves.map(({ epochs }) => epochs?.at(-1) ?? 0));
        const x = linearScale([training.epochs[0]!, last], [54, width - 104]);
        const y = linearScale([low, high], [height - 28, 36]);
        const ends = spread(curves.map(({ values }) => y(values.findLast((value) => value !== null) ?? 0)));
        const format = isShare ? (tick: number) => `${100 * tick} %` : plainNumber;
        return (
          <g>
            <BottomAxis
              scale={x}
              ticks={roundTicks(x.domain, 8).filter(Number.isInteger)}
              at={height - 28}
              format={String}
            />
            <LeftAxis
              scale={y}
              ticks={roundTicks(y.domain, height > 200 ? 5 : 2)}
              at={54}
              format={format}
              title={title}
              grid={x.range[1] - 54}
            />
            <Rules training={training} x={x} top={36} bottom={height - 28} isNamed={isShare} />
            {curves.map(({ name, kind, values, epochs = training.epochs }, i) => (
              <g key={name}>
                <path class={`line ${kind}`} d={pathOf(epochs, values, { x, y, isStepped })} />
                <text class={`line-name ${kind}`} x={x.range[1] + 8} y={ends[i]! + 4}>
                  {name}
                </text>
              </g>
            ))}
          </g>
        );
      }}
    </Figure>
  );
}

interface RulesProps {
  readonly training: TrainingCurve;
  readonly x: Scale;
  readonly top: number;
  readonly bottom: number;
  readonly isNamed: boolean;
}

function Rules({ training: { stages, best }, x, top, bottom, isNamed }: RulesProps) {
  return (
    <g>
      {stages.map((stage, i) => (
        <g key={stage}>
          <line class="rule" x1={x(stage)} x2={x(stage)} y1={top - 6} y2={bottom} />
          {isNamed && (
            <text class="rule-text" x={x(stage) - 5} y={bottom - 7} text-anchor="end">
              {`stage ${i + 2} begins`}
            </text>
          )}
        </g>
      ))}
      {best !== null && (
        <g>
          <line class="rule strong" x1={x(best)} x2={x(best)} y1={top - 6} y2={bottom} />
          {isNamed && (
            <text class="rule-text" x={x(best) + 5} y={bottom - 7}>
              {`epoch ${best} chosen`}
            </text>
          )}
        </g>
      )}
    </g>
  );
}

interface PathOptions {
  readonly x: Scale;
  readonly y: Scale;
  readonly isStepped: boolean;
}

function pathOf(
  epochs: readonly number[],
  values: readonly (number | null)[],
  { x, y, isStepped }: PathOptions,
): string {
  const known = epochs.flatMap((epoch, i) => {
    const value = values[i];
    return value == null ? [] : [{ px: x(epoch).toFixed(1), py: y(value).toFixed(1) }];
  });
  return known
    .map(({ px, py }, i) => (i === 0 ? `M${px} ${py}` : isStepped ? `H${px}V${py}` : `L${px} ${py}`))
    .join("");
}

/** Heights of names, at least a line apart. */
function spread(heights: readonly number[]): number[] {
  const order = [...heights.keys()].sort((a, b) => heights[a]! - heights[b]!);
  const moved = [...heights];
  order.forEach((at, i) => {
    if (i > 0) moved[at] = Math.max(moved[at]!, moved[order[i - 1]!]! + 15); // as many
  });
  return moved;
}

function besideWords(run: RunReport, other: RunReport | null): string {
  if (other?.training.split !== run.training.split || run.training.split === null) return "";
  return ` The line of ${runName(other, run)} is its balanced accuracy.`;
}

function wordsOf({ training, method }: RunReport): string {
  const { epochs, stages, best, split, balancedAccuracy } = training;
  const at = best === null ? -1 : epochs.indexOf(best);
  const chosen =
    best === null
      ? "The last epoch's weights were taken."
      : `Epoch ${best} of ${epochs.at(-1)!} was chosen${split === null ? "" : ` on ${split}, with a balanced accuracy of ${percent(balancedAccuracy[at] ?? null)} there`}.`;
  const staged =
    stages.length === 0 ? "" : ` ${method} changes what it weighs at epoch ${stages.join(" and ")}.`;
  return chosen + staged;
}
