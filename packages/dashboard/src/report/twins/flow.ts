import type { RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { type ChartSpec, themed } from "../../../../leeway/src/report/chart-spec.ts";
import type { Table } from "../numbers/table.ts";

/** Where a part of a true group's examples goes. */
export interface FlowPart {
  readonly from: string;
  /** "right class", "same group, other class", "few-shot". */
  readonly to: string;
  readonly kind: "right" | "same" | "other";
  readonly count: number;
  /** Of the true group. */
  readonly share: number;
}

/** Each true group's parts: the right class first, then its own group, then the others. */
export function flowParts({ groups: { groups, counts, right } }: RunReport): FlowPart[] {
  return groups.flatMap((from, i) => {
    const row = counts[i]!; // as many as groups
    const total = Math.max(
      1,
      row.reduce((sum, count) => sum + count, 0),
    );
    const part = (to: string, kind: FlowPart["kind"], count: number): FlowPart => ({
      ...{ from, to, kind, count, share: count / total },
    });
    return [
      part("right class", "right", right[i]!),
      part("another of the group", "same", row[i]! - right[i]!),
      ...groups.flatMap((to, j) => (i === j ? [] : [part(`${to}-shot`, "other", row[j]!)])),
    ];
  });
}

export function flowTable(run: RunReport): Table {
  return {
    columns: [
      { name: "true group", as: "text" },
      { name: "predicted", as: "text" },
      { name: "count", as: "count" },
      { name: "share", as: "percent" },
    ],
    rows: flowParts(run).map(({ from, to, count, share }) => [from, to, count, share]),
  };
}

/** Bars of each true group, and offsets against log n where there are some. */
export function flowSpec(run: RunReport): ChartSpec {
  return themed({
    data: { values: flowParts(run).map(({ from, to, share }) => ({ from, to, share })) },
    width: 520,
    height: { step: 36 },
    mark: "bar",
    encoding: {
      y: { field: "from", type: "nominal", sort: [...run.groups.groups], title: "true group" },
      x: { field: "share", type: "quantitative", stack: "zero", axis: { format: "%" }, title: null },
      color: { field: "to", type: "nominal", title: "predicted" },
    },
  });
}

/** b_j beside n_j. */
export function biasTable(run: RunReport): Table {
  return {
    columns: [
      { name: "class", as: "text" },
      { name: "training", as: "count" },
      { name: "offset", as: "number" },
    ],
    rows: (run.bias?.offsets ?? []).map((offset, j) => [
      run.classes[j]!.name,
      run.classes[j]!.trainCount,
      offset,
    ]),
  };
}

export function biasSpec(run: RunReport): ChartSpec {
  const values = (run.bias?.offsets ?? []).map((offset, j) => ({
    ...{ class: run.classes[j]!.name, training: Math.max(1, run.classes[j]!.trainCount), offset }, // a class
  }));
  return themed({
    data: { values },
    ...{ width: 520, height: 260 },
    mark: { type: "point", filled: true },
    encoding: {
      x: { field: "training", type: "quantitative", scale: { type: "log" }, title: "training examples" },
      y: { field: "offset", type: "quantitative", title: "offset" },
      tooltip: [{ field: "class" }, { field: "offset", format: ".2f" }],
    },
  });
}
