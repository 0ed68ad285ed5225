import { useEffect, useState } from "preact/hooks";
import type { RunRow } from "../../../leeway/src/report/page/run-row.ts";
import type { TrainingCurve } from "../../../leeway/src/report/page/report-data.ts";
import { percent } from "../../../leeway/src/report/words.ts";
import { TrainingCurves } from "../report/panels/training.tsx";
import { reportHref } from "./route.ts";
import { useEpochs } from "./use-epochs.ts";

/** One run: how it goes, epoch by epoch, and what it is made of. */
export function RunView({ id }: { readonly id: string }) {
  const { row, error } = useRow(id);
  const { curve, status } = useEpochs(id);
  if (error !== null) return <p class="aside">{error}</p>;
  if (row === null) return <p class="aside">Reading …</p>;
  return (
    <>
      <p class="kicker">{`${row.method} on ${row.data}, seed ${row.seed}`}</p>
      <h1 class="small">{row.id}</h1>
      <p class="aside" role="status">
        {statusWords(status ?? row.status, curve, row)}
        {row.status === "finished" && (
          <a class="button" href={reportHref([id])} target="_blank" rel="noopener">
            Open its report
          </a>
        )}
      </p>
      {curve.epochs.length > 0 && <TrainingCurves training={curve} />}
      <h2>Settings</h2>
      <dl class="settings">
        {Object.entries(row.recipe).map(([field, value]) => (
          <div key={field}>
            <dt>{field}</dt>
            <dd title={value}>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function statusWords(
  status: string,
  { epochs, balancedAccuracy, best }: TrainingCurve,
  { of, test }: RunRow,
): string {
  const done = `${status}, ${epochs.length} of ${of} epochs`;
  const last = balancedAccuracy.findLast((value) => value !== null);
  const now = last === undefined ? "" : `; balanced accuracy ${percent(last)} after the last evaluation`;
  const chosen = best === null ? "" : `; epoch ${best} is the best so far`;
  const tested = test.balanced === null ? "" : `; ${percent(test.balanced)} on the test split`;
  return `${done}${now}${chosen}${tested}. `;
}

/** The line of a run. */
function useRow(id: string): { readonly row: RunRow | null; readonly error: string | null } {
  const [state, setState] = useState<{ readonly row: RunRow | null; readonly error: string | null }>({
    row: null,
    error: null,
  });
  useEffect(() => {
    const ending = new AbortController();
    const read = async (): Promise<void> => {
      const answer = await fetch(`/api/runs/${encodeURIComponent(id)}`, { signal: ending.signal });
      const body = (await answer.json()) as {
        readonly row?: RunRow;
        readonly error?: { readonly message: string };
      };
      setState({ row: body.row ?? null, error: body.error?.message ?? null });
    };
    read().catch((error: unknown) => {
      if (!ending.signal.aborted) setState({ row: null, error: String(error) });
    });
    return () => {
      ending.abort();
    };
  }, [id]);
  return state;
}
