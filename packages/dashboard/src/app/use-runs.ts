import { useEffect, useState } from "preact/hooks";
import type { RunRow } from "../../../leeway/src/report/page/run-row.ts";

/** How often the list is read again: what has not changed is not read by the service either. */
const every = 5000; // ms

/** The runs as they come, and whether all are there. */
export interface Runs {
  readonly rows: readonly RunRow[];
  readonly isComplete: boolean;
  /** How many there are while they are read; null where it is not known. */
  readonly all: number | null;
  readonly error: string | null;
}

/** The runs of the folder, read line by line and again every few seconds. */
export function useRuns(): Runs {
  const [runs, setRuns] = useState<Runs>({ rows: [], isComplete: false, all: null, error: null });
  useEffect(() => {
    const ending = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async (isFirst: boolean): Promise<void> => {
      try {
        const rows: RunRow[] = [];
        const answer = await asked(ending.signal);
        const all = Number(answer.headers.get("x-runs")) || null;
        for await (const some of lines(answer)) {
          rows.push(...some);
          if (isFirst) setRuns({ rows: [...rows], isComplete: false, all, error: null });
        }
        setRuns({ rows, isComplete: true, all, error: null });
      } catch (error) {
        if (ending.signal.aborted) return;
        const message = error instanceof Error ? error.message : String(error);
        setRuns((before) => ({ ...before, error: `The list is not read any more: ${message}` }));
      }
      if (!ending.signal.aborted) timer = setTimeout(() => void read(false), every);
    };
    void read(true);
    return () => {
      ending.abort();
      clearTimeout(timer);
    };
  }, []);
  return runs;
}

type Answer = Response & { readonly body: ReadableStream<Uint8Array<ArrayBuffer>> };

async function asked(signal: AbortSignal): Promise<Answer> {
  const answer = await fetch("/api/runs", { signal });
  if (!answer.ok || answer.body === null) throw new Error(`got ${answer.status} ${answer.statusText}`);
  return answer as Answer;
}

/** Rows as parts of the answer bring them, at most some times a second. */
async function* lines({ body }: Answer): AsyncGenerator<RunRow[]> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let [rest, shown] = ["", 0];
  let rows: RunRow[] = [];
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const parts = (rest + value).split("\n");
    rest = parts.pop() ?? "";
    for (const line of parts) if (line !== "") rows.push(JSON.parse(line) as RunRow);
    if (performance.now() - shown < 200) continue;
    shown = performance.now();
    yield rows;
    rows = [];
  }
  yield rows;
}
