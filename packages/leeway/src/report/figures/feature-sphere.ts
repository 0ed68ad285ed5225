import { expected } from "../../errors.ts";
import { type ChartSpec, type Heading, type PartSpec, themed, titleOf } from "../chart-spec.ts";
import { graticule, lookingFrom, type Seen, unit, type Vector } from "../sphere.ts";
import { classColors, ink } from "../theme.ts";

/** Features of one network on one split. */
export interface FeatureCloud {
  /** As it is printed: "LDAM-DRW". */
  readonly column: string;
  /** As it is printed: "training". */
  readonly row: string;
  /** [N, 3] row by row, of any length above 0: what is drawn is their directions. */
  readonly features: ArrayLike<number>;
  /** [N], each 0 to K - 1. */
  readonly labels: ArrayLike<number>;
}

/** What is drawn of features on spheres. */
export interface FeatureSphereData extends Heading {
  /** In rows from the top and columns from the left, in the order in which they first come. */
  readonly clouds: readonly FeatureCloud[];
  /** Length K. */
  readonly classNames: readonly string[];
  /** n_j of the training set, length K. */
  readonly trainCounts: readonly number[];
}

/** Width and height of one sphere. */
const size = 240;

/**
 * Three-dimensional features on the unit sphere, a sphere for each network and split, a colour for each class.
 * What is on the far side is faint. Each network's sphere is turned so that its rare classes look at the reader, the
 * same way for all of its splits.
 *
 * @throws ArgumentError if there are not three features for each label
 */
export function featureSphere(data: FeatureSphereData): ChartSpec {
  const { clouds, classNames, trainCounts } = data;
  for (const { column, features, labels } of clouds) {
    if (features.length !== 3 * labels.length) {
      const what = `to be three for each of ${labels.length} examples of ${column}`;
      throw expected("featureSphere", "features", what, `${features.length} in all`);
    }
  }
  const columns = [...new Set(clouds.map(({ column }) => column))];
  const rows = [...new Set(clouds.map(({ row }) => row))];
  const views = new Map(
    columns.map((column) => {
      const own = clouds.filter((cloud) => cloud.column === column);
      return [column, lookingFrom(rareDirection(own, trainCounts))];
    }),
  );
  const names = classNames.map((name, j) => `${name} (${trainCounts[j]!.toLocaleString("en-US")})`);
  return themed({
    title: titleOf(data),
    spacing: 12,
    hconcat: columns.map((column) => ({
      spacing: 12,
      vconcat: rows.flatMap((row) => {
        const cloud = clouds.find((each) => each.column === column && each.row === row);
        return cloud === undefined ? [] : [sphereOf(cloud, views.get(column)!, names)];
      }),
    })),
    resolve: { scale: { color: "shared" } },
  });
}

/** The mean direction of the rarer half of the classes: where most of what matters is. */
function rareDirection(clouds: readonly FeatureCloud[], trainCounts: readonly number[]): Vector {
  const half = [...trainCounts].sort((one, other) => one - other)[Math.floor((trainCounts.length - 1) / 2)]!;
  const sums = trainCounts.map(() => [0, 0, 0]);
  for (const cloud of clouds) {
    for (const { point, label } of pointsOf(cloud)) {
      const sum = sums[label]!;
      for (let d = 0; d < 3; d++) sum[d]! += point[d]!; // three of each
    }
  }
  const rare = sums.filter((_, j) => trainCounts[j]! <= half).map(([x, y, z]) => unit([x!, y!, z!]));
  const total = rare.reduce<Vector>((sum, [x, y, z]) => [sum[0] + x, sum[1] + y, sum[2] + z], [0, 0, 0]);
  return unit(total);
}

function pointsOf({ features, labels }: FeatureCloud): { point: Vector; label: number }[] {
  return Array.from({ length: labels.length }, (_, i) => ({
    point: unit([features[3 * i]!, features[3 * i + 1]!, features[3 * i + 2]!]), // [N, 3]
    label: labels[i]!,
  }));
}

function sphereOf(cloud: FeatureCloud, see: (point: Vector) => Seen, names: readonly string[]): PartSpec {
  const points = pointsOf(cloud)
    .map(({ point, label }) => ({ ...rounded(see(point)), class: names[label] }))
    .sort((one, other) => one.depth - other.depth); // the near ones are drawn last
  const lines = graticule().flatMap((line, i) =>
    nearParts(line.map(see)).flatMap((part, j) =>
      part.map((seen, step) => ({ ...rounded(seen), step, line: `${i}.${j}` })),
    ),
  );
  const along = (field: "x" | "y") => ({
    field,
    type: "quantitative" as const,
    axis: null,
    scale: { domain: [-1.05, 1.05] },
  });
  return {
    title: { text: `${cloud.column}, ${cloud.row}`, anchor: "middle", fontSize: 13, offset: 4 },
    width: size,
    height: size,
    layer: [
      {
        data: { values: [{ x: 0, y: 0 }] },
        mark: {
          type: "point",
          shape: "circle",
          size: (size / 1.05) ** 2,
          stroke: ink.faint,
          strokeWidth: 1.2,
          fill: "#fafafa",
        },
        encoding: { x: along("x"), y: along("y") },
      },
      {
        data: { values: lines },
        mark: { type: "line", color: ink.grid, strokeWidth: 1 },
        encoding: {
          x: along("x"),
          y: along("y"),
          detail: { field: "line", type: "nominal" },
          order: { field: "step", type: "quantitative" },
        },
      },
      {
        data: { values: points },
        mark: { type: "circle", size: 16 },
        encoding: {
          x: along("x"),
          y: along("y"),
          opacity: { condition: { test: "datum.depth < 0", value: 0.12 }, value: 0.75 },
          color: {
            field: "class",
            type: "nominal",
            sort: [...names],
            title: "class (training examples)",
            scale: { domain: [...names], range: names.map((_, j) => classColors[j % classColors.length]!) },
            legend: { orient: "right", titleLimit: 0, symbolSize: 90, symbolOpacity: 1 },
          },
        },
      },
    ],
  };
}

/** The parts of a line that are on the near side. */
function nearParts(line: readonly Seen[]): Seen[][] {
  const parts: Seen[][] = [[]];
  for (const seen of line) {
    if (seen.depth >= 0)
      parts.at(-1)!.push(seen); // there is always a last
    else if (parts.at(-1)!.length > 0) parts.push([]);
  }
  return parts.filter((part) => part.length > 1);
}

/** Three digits: a thousandth of a sphere is less than a pixel. */
function rounded({ x, y, depth }: Seen): Seen {
  return { x: round(x), y: round(y), depth: round(depth) };
}

function round(value: number): number {
  return Math.round(1000 * value) / 1000;
}
