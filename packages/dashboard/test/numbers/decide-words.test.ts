import { describe as suite, expect, test } from "vitest";
import { programFor } from "../../../leeway/src/cli/main.ts";
import { decideCommand } from "../../src/report/numbers/decide-words.ts";
import { pointAt } from "../../src/report/numbers/operating-point.ts";
import { simulatedReport } from "../simulated/report.ts";

const { runs } = simulatedReport({ classes: 2, examples: 600, noun: "rows" });
const [run] = runs;
const [detection] = run!.detections;
const costs = { missed: 40, alarm: 1 };
const at = Math.floor(detection!.thresholds.length / 2);
const command = (aim: "recall" | "f1" | "cost", share: number): string =>
  decideCommand(run!, detection!, { aim, costs, share, point: pointAt(detection!, at, share) });
const base = detection!.positives / (detection!.positives + detection!.negatives);

suite("decideCommand", () => {
  test("says what a person went for, with a recall that the threshold reaches", () => {
    expect(command("f1", base)).toBe(`leeway decide ${run!.path} --best-f1 --positive fraud`);
    expect(command("cost", base)).toContain("--cost missed=40,alarm=1 --positive fraud");
    const [, recall] = /--min-recall ([\d.]+)/.exec(command("recall", base))!;
    expect(Number(recall)).toBeLessThanOrEqual(pointAt(detection!, at, base).recall);
  });

  test("names frequencies where they were moved", () => {
    expect(command("f1", 0.001)).toContain("--prior fraud=0.001,legitimate=0.999");
  });

  test("is a command that leeway knows", async () => {
    for (const line of [command("recall", 0.02), command("f1", base), command("cost", 0.2)]) {
      const words = line.split(" ").slice(1);
      const program = await programFor(words);
      program.commands.forEach((each) => each.exitOverride().action(() => undefined));
      await expect(program.parseAsync(words, { from: "user" })).resolves.toBeDefined();
    }
  });
});
