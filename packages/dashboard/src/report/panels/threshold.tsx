import { useState } from "preact/hooks";
import type { ClassDetection, RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { count, percent } from "../../../../leeway/src/report/words.ts";
import { usePicked } from "../context.ts";
import { type Aim, decideCommand } from "../numbers/decide-words.ts";
import { bestPoint, type Costs, costOf, pointAt, testShare } from "../numbers/operating-point.ts";
import { Select } from "../parts/choice.tsx";
import { nameAt, saidName } from "../parts/names.ts";
import { Panel } from "../parts/panel.tsx";
import { logOddsFor, shareEnds, shareOf, shareText, Slider } from "../parts/slider.tsx";
import { thresholdSpec, thresholdTable } from "../twins/threshold.ts";
import { CommandLine, CostFields, PointNumbers } from "./threshold-controls.tsx";
import { PrecisionRecall } from "./precision-recall.tsx";

/** What another threshold would come to. */
export function ThresholdPanel() {
  const { run, label } = usePicked();
  const [own, setOwn] = useState<number | null>(null);
  const first = run.detections[0];
  if (first === undefined) return null;
  const wanted = own ?? label ?? first.label;
  const detection = run.detections.find((each) => each.label === wanted) ?? first;
  return (
    // A class of its own begins anew: thresholds of another mean nothing to it.
    <Thresholds key={`${run.id}-${detection.label}`} run={run} detection={detection} onLabel={setOwn} />
  );
}

interface ThresholdsProps {
  readonly run: RunReport;
  readonly detection: ClassDetection;
  readonly onLabel: (label: number) => void;
}

function Thresholds({ run, detection, onLabel }: ThresholdsProps) {
  const base = testShare(detection);
  const [share, setShare] = useState(base);
  const [costs, setCosts] = useState<Costs>({ missed: 10, alarm: 1 });
  const [[aim, at], aimAt] = useState<readonly [Aim, number]>(() => startOf(detection, base));
  const point = pointAt(detection, at, share);
  const name = saidName(run, detection.label, 30);
  const last = detection.thresholds.length - 1;
  const cheapest = (costs: Costs, share: number): number =>
    bestPoint(detection, share, (each) => -costOf(each, costs));
  const best = (share: number): number => bestPoint(detection, share, ({ f1 }) => f1);
  const follow = (next: { costs: Costs; share: number }): void => {
    if (aim === "cost") aimAt(["cost", cheapest(next.costs, next.share)]);
    if (aim === "f1") aimAt(["f1", best(next.share)]);
  };
  return (
    <Panel
      id="threshold"
      title={`Finding ${name}: where to draw the line`}
      words={wordsOf(run, detection, name)}
      table={() => thresholdTable(detection, share)}
      spec={() => thresholdSpec(run, detection, share)}
    >
      {run.detections.length > 1 && (
        <Select
          label="Class"
          options={run.detections.map(({ label }) => ({ value: String(label), label: nameAt(run, label) }))}
          value={String(detection.label)}
          onChange={(value) => {
            onLabel(Number(value));
          }}
        />
      )}
      <div class="bench">
        <PrecisionRecall
          detection={detection}
          at={at}
          share={share}
          onPick={(next) => {
            aimAt(["recall", next]);
          }}
        />
        <div class="controls">
          <Slider
            label={`Alert from a probability of ${name} of`}
            {...{ min: 0, max: last, step: 1, value: at }}
            text={thresholdText(point.threshold)}
            ends={["fewer alerts", "more found"]}
            onChange={(next) => {
              aimAt(["recall", next]);
            }}
          />
          <PointNumbers point={point} />
          <CostFields
            costs={costs}
            cost={costOf(point, costs)}
            onChange={(next) => {
              setCosts(next);
              follow({ costs: next, share });
            }}
          />
          <p class="buttons">
            <button
              type="button"
              aria-pressed={aim === "cost"}
              onClick={() => {
                aimAt(["cost", cheapest(costs, share)]);
              }}
            >
              Lowest cost
            </button>
            <button
              type="button"
              aria-pressed={aim === "f1"}
              onClick={() => {
                aimAt(["f1", best(share)]);
              }}
            >
              Highest F1
            </button>
          </p>
          <Slider
            label={`Share of ${name} where it is used`}
            {...shareEnds}
            value={logOddsFor(share)}
            text={shareText(share)}
            ends={["rare", "common"]}
            onChange={(logOdds) => {
              setShare(shareOf(logOdds));
              follow({ costs, share: shareOf(logOdds) });
            }}
          />
          <p class="aside">
            {`The test split has ${shareText(base)}. `}
            <button
              type="button"
              class="quiet"
              onClick={() => {
                setShare(base);
                follow({ costs, share: base });
              }}
            >
              Back to it
            </button>
          </p>
        </div>
      </div>
      <CommandLine command={decideCommand(run, detection, { aim, point, costs, share })} />
    </Panel>
  );
}

/** The stored decision, where there is one; else the highest F1. */
function startOf(detection: ClassDetection, share: number): readonly [Aim, number] {
  const { decided, thresholds } = detection;
  if (decided === undefined) return ["f1", bestPoint(detection, share, ({ f1 }) => f1)];
  const reached = thresholds.findLastIndex((threshold) => threshold >= decided);
  return ["recall", Math.max(0, reached)];
}

/** A threshold with as many digits as tell it from its neighbours. */
export function thresholdText(threshold: number): string {
  return String(Number(threshold.toPrecision(4)));
}

function wordsOf(run: RunReport, detection: ClassDetection, name: string): string {
  const { positives, negatives, averagePrecision, decided } = detection;
  return (
    `${count(positives)} of ${count(positives + negatives)} test ${run.noun} are ${name}. ` +
    `Average precision is ${percent(averagePrecision)}; scores that say nothing would have ${percent(testShare(detection))}. ` +
    (decided === undefined
      ? "A threshold that is chosen here is chosen on the test split: leeway decide chooses it on the validation split."
      : `The run decides from ${thresholdText(decided)} on, as leeway decide chose on the validation split.`)
  );
}
