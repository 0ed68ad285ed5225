import type { RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { count, groupCounts, percent } from "../../../../leeway/src/report/words.ts";
import { usePicked } from "../context.ts";
import { groupName } from "../parts/names.ts";
import { Figure } from "../parts/figure.tsx";
import { Panel } from "../parts/panel.tsx";
import { type FlowPart, flowParts, flowSpec, flowTable } from "../twins/flow.ts";

const [barHeight, step, left] = [34, 62, 118];

/** Where the examples of each shot group go. */
export function GroupFlowPanel() {
  const { run } = usePicked();
  const { groups } = run.groups;
  const parts = flowParts(run);
  return (
    <Panel
      id="flow"
      title="Where rare examples go"
      words={wordsOf(run)}
      table={() => flowTable(run)}
      spec={() => flowSpec(run)}
    >
      <Figure label={wordsOf(run)} height={groups.length * step + 12}>
        {(width) =>
          groups.map((group, i) => (
            <Row
              key={group}
              {...{ group, width, y: i * step + 10 }}
              parts={parts.filter(({ from }) => from === group)}
              classes={run.classes.filter((each) => each.group === group).length}
            />
          ))
        }
      </Figure>
    </Panel>
  );
}

interface RowProps {
  readonly group: keyof typeof groupCounts;
  readonly parts: readonly FlowPart[];
  readonly classes: number;
  readonly y: number;
  readonly width: number;
}

function Row({ group, parts, classes, y, width }: RowProps) {
  const room = width - left;
  const starts = parts.map((_, i) => parts.slice(0, i).reduce((sum, { share }) => sum + share, 0));
  return (
    <g>
      <text class="row-name" x={0} y={y + 14}>
        {groupName(group)}
      </text>
      <text class="row-note" x={0} y={y + 30}>
        {`${count(classes)} ${classes === 1 ? "class" : "classes"}`}
      </text>
      {parts.map(({ to, kind, share, count: own }, i) => {
        const x = left + room * starts[i]!;
        const wide = room * share;
        return (
          <g key={to}>
            <title>{`${groupName(group)} → ${to}: ${percent(share)}, ${count(own)}`}</title>
            {wide > 0 && (
              <rect class={`flow ${kind}`} x={x} y={y} width={Math.max(0, wide - 1.5)} height={barHeight} />
            )}
            {wide > 46 && (
              <text class={kind === "right" ? "flow-text on" : "flow-text"} x={x + 8} y={y + 22}>
                {percent(share, { digits: 0 })}
              </text>
            )}
            {wide > 34 + 6.4 * to.length && (
              <text class={kind === "right" ? "flow-text thin on" : "flow-text thin"} x={x + 46} y={y + 22}>
                {to}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}

function wordsOf(run: RunReport): string {
  const { groups } = run.groups;
  const rarest = groups.at(-1);
  if (rarest === undefined) return "No class has a test example.";
  const own = flowParts(run).filter(({ from }) => from === rarest);
  const right = own.find(({ kind }) => kind === "right");
  const lost = own.filter(({ kind }) => kind === "other").sort((a, b) => b.share - a.share)[0];
  const said = `Of the rarest classes' test ${run.noun} (${groupCounts[rarest]} training examples each), ${percent(right?.share ?? null, { digits: 0 })} get their class`;
  return lost === undefined || lost.count === 0
    ? `${said}.`
    : `${said}, ${percent(lost.share, { digits: 0 })} go to ${lost.to} classes.`;
}
