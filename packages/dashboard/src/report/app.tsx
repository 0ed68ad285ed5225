import { useEffect, useMemo, useState } from "preact/hooks";
import type { ReportData } from "../../../leeway/src/report/page/report-data.ts";
import { type ConfusionCell, type Picked, PickedContext } from "./context.ts";
import { Masthead } from "./parts/masthead.tsx";
import { Rail } from "./parts/rail.tsx";
import { ClassScatter } from "./panels/class-scatter.tsx";
import { ConfusionPanel } from "./panels/confusion.tsx";
import { DifferencePanel } from "./panels/difference.tsx";
import { ExamplesPanel } from "./panels/examples.tsx";
import { GainsPanel } from "./panels/gains.tsx";
import { GroupFlowPanel } from "./panels/group-flow.tsx";
import { Headline } from "./panels/headline.tsx";
import { LogitBiasPanel } from "./panels/logit-bias.tsx";
import { MarginsPanel } from "./panels/margins.tsx";
import { PriorsPanel } from "./panels/priors.tsx";
import { ReliabilityPanel } from "./panels/reliability.tsx";
import { ThresholdPanel } from "./panels/threshold.tsx";
import { TrainingPanel } from "./panels/training.tsx";

/** The whole page. */
export function App({ data }: { readonly data: ReportData }) {
  const [at, setAt] = useState(0);
  const [label, pick] = useState<number | null>(null);
  const [cell, setCell] = useState<ConfusionCell | null>(null);
  const isComplete = useAfterPaint();
  const run = data.runs[at]!; // a run
  const other = data.runs[at === 0 ? 1 : 0] ?? null;
  const picked = useMemo<Picked>(
    () => ({
      ...{ run, other, label, cell },
      pick: (next) => {
        setCell(null);
        pick(next);
      },
      pickCell: (next) => {
        setCell(next);
        if (next !== null) goTo("examples");
      },
    }),
    [run, other, label, cell],
  );
  useEffect(() => {
    document.title = `${run.method}: Leeway report`;
  }, [run]);
  return (
    <PickedContext.Provider value={picked}>
      <a class="skip" href="#headline">
        Skip to the result
      </a>
      <div class="layout">
        <Rail data={data} at={at} onRun={setAt} isComplete={isComplete} />
        <main data-complete={isComplete ? "" : undefined}>
          <Masthead data={data} run={run} />
          <Headline />
          {isComplete && <Rest data={data} />}
        </main>
      </div>
    </PickedContext.Provider>
  );
}

/** What is below the first screen. */
function Rest({ data }: { readonly data: ReportData }) {
  return (
    <>
      {data.differences.map((difference, i) => (
        <DifferencePanel key={i} runs={data.runs} difference={difference} at={i} />
      ))}
      <ClassScatter />
      <ConfusionPanel />
      <GroupFlowPanel />
      <LogitBiasPanel />
      <MarginsPanel />
      <ReliabilityPanel />
      <ThresholdPanel />
      <PriorsPanel />
      <ExamplesPanel />
      <TrainingPanel />
      <GainsPanel />
      <footer>
        {`Made by Leeway ${data.leeway} on ${data.createdAt.slice(0, 10)}. Data, script and style are in this file; it asks no network.`}
      </footer>
    </>
  );
}

/** Whether the first screen is painted: the rest is made after it. */
function useAfterPaint(): boolean {
  const [isPainted, setIsPainted] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      setIsPainted(true);
    }, 30);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  return isPainted;
}

/** Puts a panel on the screen, and the keyboard's focus on its heading. */
export function goTo(id: string): void {
  const heading = document.getElementById(`${id}-title`);
  heading?.scrollIntoView({ block: "start" });
  heading?.focus({ preventScroll: true });
}
