import { useState } from "preact/hooks";
import type { RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { count, percent } from "../../../../leeway/src/report/words.ts";
import { usePicked } from "../context.ts";
import { clusteredOrder } from "../numbers/seriation.ts";
import { Choice } from "../parts/choice.tsx";
import { byFrequency, classAt, saidName } from "../parts/names.ts";
import { Panel } from "../parts/panel.tsx";
import { confusionSpec, confusionTable } from "../twins/confusion.ts";
import { ConfusedPairs } from "./confused-pairs.tsx";
import { ConfusionMatrix } from "./confusion-matrix.tsx";

type Order = "frequency" | "likeness" | "name";

/** What each class is taken for. */
export function ConfusionPanel() {
  const { run } = usePicked();
  const [order, setOrder] = useState<Order>("frequency");
  const { matrix } = run.confusion;
  return (
    <Panel
      id="confusion"
      title="What is taken for what"
      words={wordsOf(run)}
      table={() => confusionTable(run)}
      spec={() => confusionSpec(run)}
    >
      {matrix === null ? (
        <ConfusedPairs run={run} />
      ) : (
        <>
          {matrix.length > 2 && (
            <Choice
              label="Order of the classes"
              options={[
                { value: "frequency", label: "by frequency" },
                { value: "likeness", label: "by likeness" },
                { value: "name", label: "by name" },
              ]}
              value={order}
              onChange={setOrder}
            />
          )}
          <ConfusionMatrix run={run} matrix={matrix} order={orderOf(run, matrix, order)} />
        </>
      )}
    </Panel>
  );
}

function orderOf(run: RunReport, matrix: readonly (readonly number[])[], order: Order): number[] {
  if (order === "likeness") return clusteredOrder(matrix);
  if (order === "frequency") return byFrequency(run);
  return [...run.classes.keys()].sort((a, b) =>
    classAt(run, a).name.localeCompare(classAt(run, b).name, "en", { numeric: true }),
  );
}

function wordsOf(run: RunReport): string {
  const [first, second] = run.confusion.pairs;
  if (first === undefined)
    return `No class is taken for another more than once in ${count(run.examples)} test ${run.noun}.`;
  const text = (pair: typeof first): string =>
    `${saidName(run, pair.truth)} for ${saidName(run, pair.prediction)} (${percent(pair.share, { digits: 0 })}, ${count(pair.count)} of ${count(classAt(run, pair.truth).testCount)})`;
  return (
    `Most often ${text(first)}${second === undefined ? "" : `, then ${text(second)}`}. ` +
    `A row is a true class and adds up to 100 %.${run.errors.length === 0 ? "" : " Choose a cell to see its examples."}`
  );
}
