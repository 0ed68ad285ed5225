import pc from "picocolors";
import { describe as suite, expect, test } from "vitest";
import { type ProgressState, renderProgress } from "../../src/cli/progress.ts";
import { progressMode } from "../../src/cli/terminal.ts";

const colors = pc.createColors(false);
const halfway: ProgressState = {
  title: "LDAM-DRW",
  epochs: 40,
  epoch: 20,
  share: 0,
  doing: "training",
  loss: 1.25,
  seconds: 60,
};

suite("progressMode", () => {
  const terminal = { isTTY: true, columns: 80 } as const;

  test("is live on a terminal", () => {
    expect(progressMode(terminal, { environment: { TERM: "xterm" } })).toBe("live");
  });

  test("is lines in a pipe, in CI, on a dumb terminal and on one of no columns", () => {
    const pipe = { columns: 80 } as unknown as NodeJS.WriteStream;
    expect(progressMode(pipe, { environment: {} })).toBe("lines");
    expect(progressMode(terminal, { environment: { CI: "true" } })).toBe("lines");
    expect(progressMode(terminal, { environment: { TERM: "dumb" } })).toBe("lines");
    expect(progressMode({ isTTY: true, columns: 0 }, { environment: {} })).toBe("lines");
  });
});

suite("renderProgress", () => {
  test("shows epoch, bar, share and the time left", () => {
    expect(renderProgress(halfway, { columns: 100, colors })).toBe(
      "LDAM-DRW  21/40  ━━━━━━━━━━━━━━━───────────────  50 %  1:00 left  loss 1.250",
    );
  });

  test("counts a part of an epoch", () => {
    expect(renderProgress({ ...halfway, share: 0.4 }, { columns: 100, colors })).toContain(" 51 %");
  });

  test("is full at the end, with the time it took", () => {
    const line = renderProgress({ ...halfway, epoch: 40 }, { columns: 100, colors });
    expect(line).toBe(`LDAM-DRW  40/40  ${"━".repeat(30)} 100 %  1:00  loss 1.250`);
  });

  test.each([10, 20, 25, 40, 60, 80, 200])("stays below %i columns", (columns) => {
    expect(renderProgress(halfway, { columns, colors }).length).toBeLessThan(columns);
  });
});
