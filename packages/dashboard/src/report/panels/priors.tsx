import { useEffect, useMemo, useState } from "preact/hooks";
import type { RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { percent } from "../../../../leeway/src/report/words.ts";
import { usePicked } from "../context.ts";
import { type Scores, unpackedScores } from "../numbers/packed.ts";
import { outcomeAt, type PriorOutcome, priorWithShare } from "../numbers/priors.ts";
import { Choice, Select } from "../parts/choice.tsx";
import { classAt, groupName, nameAt, saidName } from "../parts/names.ts";
import { Panel } from "../parts/panel.tsx";
import { logOddsFor, shareEnds, shareOf, shareText, Slider } from "../parts/slider.tsx";
import { priorSpec, priorTable } from "../twins/priors.ts";
import { RecallShift } from "./recall-shift.tsx";

type Base = "training" | "test" | "equal";

/** What predictions come to where classes are more or less frequent. */
export function PriorsPanel() {
  const { run } = usePicked();
  const [scores, setScores] = useState<Scores | null>(null);
  useEffect(() => {
    let isShown = true;
    setScores(null);
    if (run.logits !== undefined) {
      void unpackedScores(run.logits).then((unpacked) => {
        if (isShown) setScores(unpacked);
      });
    }
    return () => {
      isShown = false;
    };
  }, [run]);
  return scores === null ? null : <Priors key={run.id} run={run} scores={scores} />;
}

function Priors({ run, scores }: { readonly run: RunReport; readonly scores: Scores }) {
  const [base, setBase] = useState<Base>("test");
  const rarest = run.groups.groups.length > 1 ? run.groups.groups.at(-1)! : rarestLabel(run);
  const [target, setTarget] = useState<string>(run.classes.length === 2 ? rarestLabel(run) : rarest);
  const among = useMemo(() => membersOf(run, target), [run, target]);
  const start = useMemo(() => baseOf(run, scores, base), [run, scores, base]);
  const held = [...among].reduce((sum, j) => sum + start[j]!, 0); // classes
  const [share, setShare] = useState<number | null>(null);
  const prior = share === null ? start : priorWithShare(start, among, share);
  const before = useMemo(() => outcomeAt(scores, start), [scores, start]);
  const outcome = share === null ? before : outcomeAt(scores, prior);
  // A thousand classes are not compared anew at each move of the slider.
  const controls = useMemo(
    () => (
      <div class="controls row">
        <Choice
          label="Frequencies to begin with"
          options={[
            { value: "test", label: "as in the test split" },
            { value: "training", label: "as in training" },
            { value: "equal", label: "all equal" },
          ]}
          value={base}
          onChange={(next) => {
            setBase(next);
            setShare(null);
          }}
        />
        <Select
          label="Move"
          options={targetsOf(run)}
          value={target}
          onChange={(next) => {
            setTarget(next);
            setShare(null);
          }}
        />
      </div>
    ),
    [run, base, target],
  );
  return (
    <Panel
      id="priors"
      title="If classes were more or less frequent"
      words={wordsOf(scores)}
      table={() => priorTable(run, prior, outcome)}
      spec={() => priorSpec(run, prior, outcome)}
    >
      {controls}
      <Slider
        label={`Share of ${targetName(run, target)}`}
        {...shareEnds}
        value={logOddsFor(share ?? held)}
        text={shareText(share ?? held)}
        ends={["rare", "common"]}
        onChange={(logOdds) => {
          setShare(shareOf(logOdds));
        }}
      />
      <Numbers before={before} outcome={outcome} among={among} />
      <RecallShift run={run} before={before.recalls} after={outcome.recalls} />
    </Panel>
  );
}

interface NumbersProps {
  readonly before: PriorOutcome;
  readonly outcome: PriorOutcome;
  readonly among: ReadonlySet<number>;
}

function Numbers({ before, outcome, among }: NumbersProps) {
  const predicted = ({ predicted: shares }: PriorOutcome): number =>
    [...among].reduce((sum, j) => sum + shares[j]!, 0); // classes
  const items = [
    { name: "accuracy", of: (each: PriorOutcome) => each.accuracy, note: "of cases with these frequencies" },
    {
      name: "balanced accuracy",
      of: (each: PriorOutcome) => each.balancedAccuracy,
      note: "mean over the classes",
    },
    { name: "predicted", of: predicted, note: "how often it is predicted" },
  ];
  return (
    <dl class="point" aria-live="polite">
      {items.map(({ name, of, note }) => (
        <div class="big" key={name}>
          <dt>{name}</dt>
          <dd data-number={name.replace(" ", "-")}>{percent(of(outcome))}</dd>
          <dd class="note">{of(outcome) === of(before) ? note : `from ${percent(of(before))}`}</dd>
        </div>
      ))}
    </dl>
  );
}

function rarestLabel({ classes }: RunReport): string {
  return String(
    [...classes.keys()].reduce((a, b) => (classes[b]!.trainCount < classes[a]!.trainCount ? b : a)),
  );
}

/** What can be moved: groups, where there are several, then classes. */
function targetsOf(run: RunReport): { value: string; label: string }[] {
  const groups = run.groups.groups.length > 1 && run.classes.length > 2 ? run.groups.groups : [];
  return [
    ...groups.map((group) => ({ value: group, label: `${groupName(group)} classes` })),
    ...run.classes.map((_, label) => ({ value: String(label), label: nameAt(run, label) })),
  ];
}

function targetName(run: RunReport, target: string): string {
  return /^\d+$/.test(target) ? saidName(run, Number(target), 30) : `${groupName(target)} classes`;
}

function membersOf(run: RunReport, target: string): ReadonlySet<number> {
  if (/^\d+$/.test(target)) return new Set([Number(target)]);
  return new Set([...run.classes.keys()].filter((label) => classAt(run, label).group === target));
}

function wordsOf({ logProbabilities, labels, classes }: Scores): string {
  const kept = `Of each example the ${logProbabilities.length / labels.length} likeliest classes are in this page: one beyond them counts as not predicted.`;
  return (
    "Where a model is used, classes have other frequencies than in its data. Predictions that know the frequencies move with them; here the test split stands for each class, and the numbers are counted anew." +
    (classes === null ? "" : ` ${kept}`)
  );
}

function baseOf({ classes }: RunReport, { prior }: Scores, base: Base): number[] {
  if (base === "training") return [...prior];
  const tested = classes.map(({ testCount }) => (base === "test" ? testCount : Math.min(1, testCount)));
  const total = tested.reduce((sum, each) => sum + each, 0);
  return tested.map((each) => each / total);
}
