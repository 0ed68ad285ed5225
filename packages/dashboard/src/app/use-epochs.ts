import { useEffect, useState } from "preact/hooks";
import type { EpochRecord } from "../../../leeway/src/records/epoch-record.ts";
import type { TrainingCurve } from "../../../leeway/src/report/page/report-data.ts";
import { curveOf } from "../../../leeway/src/report/page/training-curve.ts";

interface Followed {
  readonly curve: TrainingCurve;
  /** Null before the first news. */
  readonly status: string | null;
}

/** The epochs of a run as they are written, for as long as it goes on. */
export function useEpochs(id: string): Followed {
  const [state, setState] = useState<{
    readonly epochs: readonly EpochRecord[];
    readonly status: string | null;
  }>({
    epochs: [],
    status: null,
  });
  useEffect(() => {
    const source = new EventSource(`/api/runs/${encodeURIComponent(id)}/epochs`);
    let first = true;
    source.addEventListener("open", () => {
      first = true; // a connection that came back sends all again
    });
    source.addEventListener("epochs", ({ data }: MessageEvent<string>) => {
      const news = JSON.parse(data) as {
        readonly epochs: readonly EpochRecord[];
        readonly restarted: boolean;
        readonly status: string;
      };
      const isWhole = first || news.restarted;
      first = false;
      setState((before) => ({
        epochs: isWhole ? news.epochs : [...before.epochs, ...news.epochs],
        status: news.status,
      }));
    });
    source.addEventListener("end", () => {
      source.close();
    });
    return () => {
      source.close();
    };
  }, [id]);
  return { curve: curveOf(state.epochs, bestOf(state.epochs)), status: state.status };
}

/** The epoch of the highest balanced accuracy so far, from 1; null before an evaluation. */
function bestOf(epochs: readonly EpochRecord[]): number | null {
  let [best, highest]: [number | null, number] = [null, -Infinity];
  for (const { epoch, evaluation } of epochs) {
    const value = evaluation?.metrics.balancedAccuracy ?? null;
    if (value === null || value <= highest) continue;
    [best, highest] = [epoch + 1, value];
  }
  return best;
}
