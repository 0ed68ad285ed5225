import { createLogUpdate } from "log-update";
import type { EpochRecord } from "../records/index.ts";
import type { RunEvent } from "../runs/index.ts";
import type { TrainingEvent } from "../training/index.ts";
import { clock, type Colors, count, counted, percent, selectionText, widthOf } from "../report/index.ts";
import { colorsFor, type ProgressMode } from "./terminal.ts";

/** What is shown: the events of training, and that patience ended it. */
type ShownEvent = TrainingEvent | Extract<RunEvent, { kind: "ended-early" }>;

/** Shows how far a training is, on a stream of its own beside the result. */
export interface Progress {
  /** Shows what training says. */
  show(event: ShownEvent): void;
  /** Prints a line for a person; also where progress is silent. */
  log(line: string): void;
  /** Leaves the last state on the screen. */
  end(): void;
}

/** What is shown. */
export interface ProgressOptions {
  readonly mode: ProgressMode;
  /** What is trained: "LDAM-DRW". */
  readonly title: string;
  readonly epochs: number;
  /** In the mode "lines": epochs from a line to the next. */
  readonly linesEvery?: number;
}

/** A display of progress on a stream. */
export function progressOn(stream: NodeJS.WriteStream, options: ProgressOptions): Progress {
  switch (options.mode) {
    case "live":
      return liveProgress(stream, options);
    case "lines":
      return lineProgress(stream, options);
    case "silent":
      return { show: () => undefined, log: (line) => void stream.write(`${line}\n`), end: () => undefined };
  }
}

function lineProgress(
  stream: NodeJS.WriteStream,
  { title, epochs, linesEvery = 1 }: ProgressOptions,
): Progress {
  const log = (line: string): void => void stream.write(`${line}\n`);
  const began = performance.now();
  return {
    show: (event) => {
      if (event.kind === "ended-early") log(`${title}  ${earlyEnd(event)}`);
      if (event.kind !== "epoch") return;
      const done = event.record.epoch + 1;
      if (done % linesEvery !== 0 && done !== epochs) return;
      const epoch = `epoch ${String(done).padStart(String(epochs).length)}/${epochs}`;
      const { loss, topOne } = event.record.train;
      const parts = [
        ...[
          title,
          epoch,
          `loss ${loss.toFixed(3)}`,
          `training ${percent(topOne)}`,
          ...splitPart(event.record),
        ],
        ...[`${count(event.record.imagesPerSecond)} examples/s`, clock((performance.now() - began) / 1000)],
      ];
      log(parts.join("  "));
    },
    log,
    end: () => undefined,
  };
}

const redrawEvery = 100; // ms

function liveProgress(stream: NodeJS.WriteStream, { title, epochs }: ProgressOptions): Progress {
  const update = createLogUpdate(stream);
  const colors = colorsFor(stream);
  const began = performance.now();
  let drawn = -Infinity;
  let state: ProgressState = { title, epochs, epoch: 0, share: 0, doing: "training", seconds: 0 };
  const draw = (): void => {
    drawn = performance.now();
    state = { ...state, seconds: (drawn - began) / 1000 };
    update(renderProgress(state, { columns: stream.columns, colors }));
  };
  draw();
  return {
    show: (event) => {
      state = following(state, event);
      if (event.kind !== "progress" || performance.now() - drawn >= redrawEvery) draw();
    },
    log: (line) => {
      update.clear();
      stream.write(`${line}\n`);
      draw();
    },
    end: () => {
      state = { ...state, doing: "nothing" };
      draw();
      update.done();
    },
  };
}

/** How far a training is. */
export interface ProgressState {
  readonly title: string;
  readonly epochs: number;
  /** The epoch under way, counted from 0; `epochs` when all are done. */
  readonly epoch: number;
  /** How much of it is done, in [0, 1]. */
  readonly share: number;
  readonly doing: "training" | "evaluating" | "testing" | "nothing";
  readonly loss?: number;
  readonly last?: EpochRecord;
  /** Since the beginning. */
  readonly seconds: number;
}

function earlyEnd({ epochs, patience }: Extract<RunEvent, { kind: "ended-early" }>): string {
  return `ended early after epoch ${epochs}: none better for ${counted(patience, "epoch", "epochs")}`;
}

function following(state: ProgressState, event: ShownEvent): ProgressState {
  switch (event.kind) {
    case "progress":
      return {
        ...state,
        epoch: event.epoch,
        share: event.seen / event.of,
        doing: "training",
        loss: event.loss,
      };
    case "bad-step":
      return state;
    case "ended-early":
      return { ...state, epochs: event.epochs, doing: "testing" };
    case "evaluating":
      return { ...state, share: 1, doing: "evaluating" };
    case "epoch": {
      const { record } = event;
      const epoch = record.epoch + 1;
      const doing = epoch < state.epochs ? "training" : "testing";
      return { ...state, epoch, share: 0, doing, loss: record.train.loss, last: record };
    }
  }
}

/** One line: title, epoch, bar, and as much of the rest as the columns hold. */
export function renderProgress(
  state: ProgressState,
  { columns, colors }: { readonly columns: number; readonly colors: Colors },
): string {
  const { title, epochs, epoch, share, doing, loss, last, seconds } = state;
  const done = Math.min(1, (epoch + share) / epochs);
  const finished = epoch >= epochs;
  const left = done > 0 ? (seconds * (1 - done)) / done : undefined;
  const head = `${title}  ${String(Math.min(epoch + 1, epochs)).padStart(String(epochs).length)}/${epochs}`;
  const time = finished ? clock(seconds) : left === undefined ? "" : `${clock(left)} left`;
  const details = [
    time,
    ...(loss === undefined ? [] : [`loss ${loss.toFixed(3)}`]),
    ...(last === undefined ? [] : splitPart(last)),
    ...(last === undefined ? [] : [`${count(last.imagesPerSecond)} examples/s`]),
    ...(doing === "evaluating" ? ["evaluating"] : []),
    ...(doing === "testing" ? ["reading the test set"] : []),
  ].filter((part) => part !== "");
  const room = columns - 1; // a full line would make some terminals wrap
  const percentDone = `${Math.floor(100 * done)} %`.padStart(5);
  const fixed = widthOf(`${head}    ${percentDone}`);
  const barWidth = Math.min(30, room - fixed);
  if (barWidth < 5) return `${head} ${percentDone}`.slice(0, Math.max(0, room));
  let line = `${colors.bold(head)}  ${bar(done, barWidth, colors)} ${percentDone}`;
  for (const part of details) if (widthOf(`${line}  ${part}`) <= room) line += `  ${part}`;
  return line;
}

function bar(done: number, width: number, colors: Colors): string {
  const full = Math.floor(done * width);
  return colors.green("━".repeat(full)) + colors.dim("─".repeat(width - full));
}

/** What an epoch is chosen by on the split that was read after it, where one was. */
function splitPart({ evaluation }: EpochRecord): string[] {
  if (evaluation === null) return [];
  const { split, metrics } = evaluation;
  const selected = selectionText(metrics);
  if (selected !== null) return [`${split} ${selected.words} ${selected.value}`];
  const { topOne, balancedAccuracy } = metrics;
  if (split === "test" || balancedAccuracy === null) return [`${split} ${percent(topOne)}`];
  return [`${split} ${percent(balancedAccuracy)} balanced`];
}
