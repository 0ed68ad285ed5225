import type { RunDifference, RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { count, counted, signed } from "../../../../leeway/src/report/words.ts";
import { linearScale, roundTicks } from "../numbers/scale.ts";
import { BottomAxis } from "../parts/axis.tsx";
import { Figure } from "../parts/figure.tsx";
import { runName, saidName, shortName } from "../parts/names.ts";
import { Panel } from "../parts/panel.tsx";
import { differenceSpec, differenceTable, recallTable } from "../twins/difference.ts";
import { HelpedAndHurt } from "./helped-and-hurt.tsx";
import { RecallShift } from "./recall-shift.tsx";

interface DifferenceProps {
  readonly runs: readonly RunReport[];
  readonly difference: RunDifference;
  /** Its place among the differences. */
  readonly at: number;
}

/** What a second run does that the first does not. */
export function DifferencePanel({ runs, difference, at }: DifferenceProps) {
  const [from, to] = [runs[difference.from]!, runs[difference.to]!]; // places in runs
  const isPaired = difference.unpaired === null;
  return (
    <Panel
      id={at === 0 ? "difference" : `difference-${at + 1}`}
      title={`${runName(to, from)} against ${runName(from, to)}`}
      words={wordsOf(difference, from, to)}
      table={() => (isPaired ? differenceTable(to, difference) : recallTable(from, to))}
      {...(isPaired && { spec: () => differenceSpec(to, difference) })}
    >
      {difference.measures.length > 0 && <Measures measures={difference.measures} />}
      {difference.unpaired !== null && difference.measures.length > 0 && (
        <>
          <h3>{`Recall, from ${runName(from, to)} (rings) to ${runName(to, from)}`}</h3>
          <RecallShift run={to} before={recallsOf(from)} after={recallsOf(to)} />
        </>
      )}
      {difference.unpaired === null && difference.classes.length > 0 && (
        <>
          <h3>{`${to.noun[0]!.toUpperCase()}${to.noun.slice(1)} that only one of them gets right`}</h3>
          <HelpedAndHurt run={to} difference={difference} />
        </>
      )}
      <Recipe difference={difference} names={[runName(from, to), runName(to, from)]} />
    </Panel>
  );
}

/** Differences with intervals, about 0. */
function Measures({ measures }: Pick<RunDifference, "measures">) {
  const step = 34;
  const ends = measures.flatMap(({ value, interval }) =>
    [value ?? 0, ...(interval ?? [])].map((each) => 100 * each),
  );
  const most = Math.max(1, ...ends.map(Math.abs)) * 1.1;
  const height = measures.length * step + 54;
  return (
    <Figure label="Differences of measures, in points, with intervals of 95 %." height={height}>
      {(width) => {
        const isNarrow = width < 560;
        const left = isNarrow ? 120 : 150;
        const x = linearScale([-most, most], [left, width - (isNarrow ? 52 : 150)]);
        const bottom = measures.length * step + 8;
        return (
          <g>
            <BottomAxis
              scale={x}
              ticks={roundTicks(x.domain, isNarrow ? 2 : 6)}
              at={bottom}
              format={(tick) => signed(tick, Number.isInteger(tick) ? 0 : 1)}
              title="points"
              grid={bottom - 4}
            />
            <line class="rule strong" x1={x(0)} x2={x(0)} y1={4} y2={bottom} />
            {measures.map(({ name, value, interval, apart }, i) => {
              const y = i * step + 24;
              if (value === null) return null;
              return (
                <g key={name}>
                  <text class="row-name" x={left - 12} y={y + 4} text-anchor="end">
                    {name}
                  </text>
                  {interval !== null && (
                    <line
                      class="interval"
                      x1={x(100 * interval[0])}
                      x2={x(100 * interval[1])}
                      y1={y}
                      y2={y}
                    />
                  )}
                  <circle class={apart ? "dot a" : "dot hollow"} cx={x(100 * value)} cy={y} r={5.5} />
                  <text class="row-value" x={width} y={y + 4} text-anchor="end">
                    {`${signed(100 * value, 1)}${apart ? "" : isNarrow ? " ?" : ", may be chance"}`}
                  </text>
                </g>
              );
            })}
          </g>
        );
      }}
    </Figure>
  );
}

/** The fields of the recipe that differ, and only those. */
function Recipe({
  difference: { recipe },
  names,
}: {
  readonly difference: RunDifference;
  readonly names: readonly string[];
}) {
  if (recipe.length === 0) return <p class="aside">Their recipes are the same.</p>;
  return (
    <div class="scroll">
      <table class="recipe">
        <caption>Fields of the recipe that differ; all others are the same</caption>
        <thead>
          <tr>
            {["field", ...names].map((name) => (
              <th scope="col" class="text" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {recipe.map(({ field, from, to }) => (
            <tr key={field}>
              <th scope="row" class="text">
                {field}
              </th>
              <td title={from}>{shortName(from, 60)}</td>
              <td title={to}>{shortName(to, 60)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Length K; NaN without a test example. */
function recallsOf({ classes }: RunReport): number[] {
  return classes.map(({ recall }) => recall ?? NaN);
}

function wordsOf({ unpaired, classes, measures }: RunDifference, from: RunReport, to: RunReport): string {
  if (unpaired !== null) {
    const apart =
      " Intervals take each run's test examples as drawn by themselves: they are wider than those of pairs.";
    return `Examples cannot be paired: ${unpaired}${measures.length === 0 ? "" : apart}`;
  }
  const [helped, hurt] = [
    classes.reduce((sum, each) => sum + each.helped, 0),
    classes.reduce((sum, each) => sum + each.hurt, 0),
  ];
  const better = classes.filter(({ helped, hurt, p }) => p < 0.05 && helped > hurt);
  const worse = classes.filter(({ helped, hurt, p }) => p < 0.05 && hurt > helped);
  const named = (list: typeof classes): string =>
    list.length === 0
      ? "no class"
      : list.length <= 3
        ? list.map(({ label }) => saidName(to, label, 24)).join(", ")
        : counted(list.length, "class", "classes");
  const chance = measures.every(({ apart }) => !apart) ? " No measure is apart from chance." : "";
  return (
    `${runName(to, from)} gets ${count(helped)} ${to.noun} right that ${runName(from, to)} gets wrong, and ${count(hurt)} wrong that it gets right. ` +
    `By McNemar's test (p < 0.05, class by class) ${named(better)} gained and ${named(worse)} lost.${chance}`
  );
}
