import { count, percent } from "../../../../leeway/src/report/words.ts";
import { usePicked } from "../context.ts";
import { linearScale, roundTicks } from "../numbers/scale.ts";
import { BottomAxis } from "../parts/axis.tsx";
import { Figure } from "../parts/figure.tsx";
import { byFrequency, classAt, groupName, nameAt, saidName } from "../parts/names.ts";
import { Panel } from "../parts/panel.tsx";
import { marginsSpec, marginsTable, type RunWithMargins } from "../twins/margins.ts";

/** With more classes than these, ridges are of groups. */
const maxRidges = 40;

/** How far examples are on the right side. */
export function MarginsPanel() {
  const { run } = usePicked();
  return run.margins && <Margins run={{ ...run, margins: run.margins }} />;
}

function Margins({ run }: { readonly run: RunWithMargins }) {
  const { label } = usePicked();
  const ridges = ridgesOf(run, label);
  const step = ridges.length > 20 ? 22 : 34;
  return (
    <Panel
      id="margins"
      title="Margins"
      words={wordsOf(run)}
      table={() => marginsTable(run)}
      spec={() => marginsSpec(run)}
    >
      <Figure label={wordsOf(run)} height={ridges.length * step + 76}>
        {(width) => <Ridges run={run} ridges={ridges} step={step} width={width} />}
      </Figure>
    </Panel>
  );
}

/** A histogram of a class or a group, and what is marked on it. */
interface Ridge {
  readonly name: string;
  readonly counts: readonly number[];
  readonly median: number | null;
  /** The median in training; null where it was not measured. */
  readonly trained: number | null;
  readonly enforced: number | null;
  readonly reached: number | null;
  readonly strong: boolean;
}

function ridgesOf(run: RunWithMargins, chosen: number | null): Ridge[] {
  const { counts, medians, enforced, reached, training } = run.margins;
  const ofClass = (label: number): Ridge => ({
    name: nameAt(run, label, 18),
    counts: counts[label] ?? [],
    median: medians[label] ?? null,
    trained: training?.medians[label] ?? null,
    enforced: enforced?.[label] ?? null,
    reached: reached[label] ?? null,
    strong: label === chosen,
  });
  if (run.classes.length <= maxRidges) return byFrequency(run).map(ofClass);
  const groups = run.groups.groups.map((group) => groupRidge(run, group));
  return chosen === null ? groups : [...groups, ofClass(chosen)];
}

/** All classes of a group together. */
function groupRidge(run: RunWithMargins, group: string): Ridge {
  const { counts, reached } = run.margins;
  const labels = [...run.classes.keys()].filter((label) => classAt(run, label).group === group);
  const tested = labels.filter((label) => reached[label] != null);
  const size = tested.reduce((sum, label) => sum + classAt(run, label).testCount, 0);
  const held = tested.reduce((sum, label) => sum + reached[label]! * classAt(run, label).testCount, 0); // filtered
  return {
    name: groupName(group),
    counts: (counts[0] ?? []).map((_, b) =>
      labels.reduce((sum, label) => sum + (counts[label]?.[b] ?? 0), 0),
    ),
    ...{
      median: null,
      trained: null,
      enforced: null,
      reached: size === 0 ? null : held / size,
      strong: false,
    },
  };
}

interface RidgesProps {
  readonly run: RunWithMargins;
  readonly ridges: readonly Ridge[];
  readonly step: number;
  readonly width: number;
}

function Ridges({ run, ridges, step, width }: RidgesProps) {
  const { edges, enforced } = run.margins;
  const [left, right, top] = [140, width - 84, 34];
  const bottom = top + ridges.length * step;
  const within = linearScale([edges[0]!, edges.at(-1)!], [left, right]);
  // Bins leave out the farthest margins: a median among those stands at the end.
  const x = Object.assign((value: number) => Math.max(left, Math.min(right, within(value))), within);
  return (
    <g>
      <text class="axis-title" x={width} y={14} text-anchor="end">
        {enforced === null ? "margin above 0" : "reaches its margin"}
      </text>
      <line class="rule strong" x1={x(0)} x2={x(0)} y1={top - 8} y2={bottom} />
      <text class="rule-text" x={x(0) - 6} y={top - 12} text-anchor="end">
        wrong
      </text>
      <text class="rule-text" x={x(0) + 6} y={top - 12}>
        right
      </text>
      {ridges.map((ridge, i) => {
        const base = top + (i + 1) * step - 4;
        return (
          <g key={i} class={ridge.strong ? "ridge chosen" : "ridge"}>
            <line class="grid" x1={left} x2={right} y1={base} y2={base} />
            <path class="ridge-area" d={areaOf(ridge.counts, edges.map(x), { base, tall: step * 1.25 })} />
            {ridge.median !== null && (
              <line
                class="median"
                x1={x(ridge.median)}
                x2={x(ridge.median)}
                y1={base - step * 0.55}
                y2={base}
              />
            )}
            {ridge.trained !== null && (
              <circle class="trained" cx={x(ridge.trained)} cy={base} r={3.5}>
                <title>{`median in training ${ridge.trained.toFixed(3)}`}</title>
              </circle>
            )}
            {ridge.enforced !== null && (
              <path class="enforced" d={`M${x(ridge.enforced)} ${base - 1}l-4.5 7h9z`}>
                <title>{`enforced margin ${ridge.enforced.toFixed(3)}`}</title>
              </path>
            )}
            <text class="row-name" x={left - 12} y={base - 2} text-anchor="end">
              {ridge.name}
            </text>
            <text class="row-value" x={width} y={base - 2} text-anchor="end">
              {percent(ridge.reached, { digits: 0 })}
            </text>
          </g>
        );
      })}
      <BottomAxis
        scale={x}
        ticks={roundTicks(x.domain, width < 600 ? 4 : 8)}
        at={bottom + 6}
        format={(tick) => String(tick).replace("-", "−")}
        title="margin, in logits"
      />
    </g>
  );
}

/** A smooth outline of a histogram: half of the neighbours are added to each bin. */
function areaOf(
  counts: readonly number[],
  xs: readonly number[],
  { base, tall }: { base: number; tall: number },
): string {
  const smooth = counts.map((own, b) => own / 2 + ((counts[b - 1] ?? 0) + (counts[b + 1] ?? 0)) / 4);
  const most = Math.max(...smooth, 1e-9);
  const points = smooth.map((own, b) => {
    const x = (xs[b]! + xs[b + 1]!) / 2; // one edge more than bins
    return `L${x.toFixed(1)} ${(base - (tall * own) / most).toFixed(1)}`;
  });
  return `M${xs[0]!.toFixed(1)} ${base}${points.join("")}L${xs.at(-1)!.toFixed(1)} ${base}Z`;
}

function wordsOf(run: RunWithMargins): string {
  const { enforced, reached } = run.margins;
  const tested = [...run.classes.keys()].filter((label) => reached[label] != null);
  const worst = tested.sort((a, b) => reached[a]! - reached[b]!)[0]; // filtered
  const what =
    enforced === null
      ? "A margin is how far the true class's logit is above the highest other: below 0 the example is wrong."
      : "A margin is how far the true class's logit is above the highest other; triangles are the margins that the loss enforces in training, wider for rarer classes.";
  if (worst === undefined) return what;
  return `${what}${trainingWords(run)} Of ${saidName(run, worst)}, ${percent(reached[worst]!)} of ${count(classAt(run, worst).testCount)} test ${run.noun} ${enforced === null ? "are above 0" : "reach theirs"}, the fewest.`;
}

/** What the margins of training examples say of the law that the paper derives. */
function trainingWords({ margins: { training } }: RunWithMargins): string {
  if (training === undefined) return "";
  const marked = " Rings are the medians of training examples";
  if (training.fit === null) return `${marked}.`;
  const { exponent, standardError, classes } = training.fit;
  const error = standardError === null ? "" : ` ± ${standardError.toFixed(2)}`;
  const left = training.medians.filter((median) => median !== null).length - classes;
  const without = left === 0 ? "" : `, without ${left} whose median is not above 0`;
  const power = (p: number): string => p.toFixed(2).replace("-", "−");
  return `${marked}: they go with n to the power ${power(-exponent)}${error}, over ${classes} classes${without}; LDAM's margins go with −0.25.`;
}
