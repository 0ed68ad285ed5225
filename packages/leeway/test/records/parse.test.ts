import { describe as suite, expect, test } from "vitest";
import { RunError } from "../../src/errors.ts";
import { metricsOf } from "../../src/metrics/index.ts";
import {
  parseEpochRecord,
  parseEpochRecords,
  parseJson,
  parseRunRecord,
  parseSummary,
} from "../../src/records/index.ts";
import { epoch, metrics, run, summary } from "./examples.ts";

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const recipe = (changes: object): unknown => ({ ...run, recipe: { ...run.recipe, ...changes } });

suite("parseRunRecord", () => {
  const refuses = (value: unknown, message: string): void => {
    expect(() => parseRunRecord(value, "runs/a/run.json")).toThrow(message);
  };

  test("gives back what was written", () => {
    expect(parseRunRecord(throughJson(run), "run.json")).toEqual(run);
  });
  test("names the file, the field, what was expected and the value", () => {
    refuses(recipe({ epochs: "ten" }), 'runs/a/run.json: expected recipe.epochs to be a number, got "ten".');
    refuses(recipe({ epochs: 2.5 }), "expected recipe.epochs to be a whole number, got 2.5.");
    refuses(recipe({ ratio: 0.01 }), "runs/a/run.json: expected recipe.ratio to be at least 1, got 0.01.");
    refuses(recipe({ precision: "fp8" }), 'expected recipe.precision to be one of fp32, bf16, got "fp8".');
    refuses(recipe({ validationFraction: 1 }), "expected recipe.validationFraction to be below 1, got 1.");
  });
  test("names an entry of a list by its index", () => {
    const schedule = { ...run.recipe.schedule, decays: [{ fromEpoch: 3, factor: 0 }] };
    refuses(recipe({ schedule }), "expected recipe.schedule.decays[0].factor to be above 0, got 0.");
  });
  test("names a field that is missing", () => {
    refuses({ ...run, id: undefined }, "expected id to be a string, got nothing.");
  });
  test("refuses a field it does not know", () => {
    refuses(recipe({ momentun: 0.9 }), "expected recipe.momentun not to be there, got 0.9.");
  });
  test("refuses NaN, which JSON would turn into null", () => {
    refuses(recipe({ momentum: NaN }), "expected recipe.momentum to be a number, got NaN.");
  });
  test("refuses a time that is none", () => {
    refuses(
      { ...run, createdAt: "yesterday" },
      'expected createdAt to be right (Invalid ISO datetime), got "yesterday".',
    );
  });
  test("speaks of the version first where a record is of another", () => {
    refuses(
      { version: 2, other: "fields" },
      "runs/a/run.json: expected version to be 1, got 2. Read it with the Leeway that wrote it.",
    );
  });
  test("refuses what is no record at all", () => {
    refuses(null, "runs/a/run.json: expected an object, got null.");
    refuses([], "expected an object, got [].");
  });
  test("throws a RunError that carries the code and the path", () => {
    try {
      parseRunRecord({}, "runs/a/run.json");
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(RunError);
      expect(error).toMatchObject({ code: "run", path: "runs/a/run.json" });
    }
  });
});

suite("parseEpochRecord", () => {
  test("gives back what was written", () => {
    expect(parseEpochRecord(throughJson(epoch), "metrics.jsonl:1")).toEqual(epoch);
  });
  test("takes an epoch without an evaluation, and an evaluation without a loss", () => {
    const evaluation = { split: "test", metrics } as const;
    for (const record of [
      { ...epoch, evaluation: null },
      { ...epoch, evaluation },
    ]) {
      expect(parseEpochRecord(record, "metrics.jsonl:1")).toEqual(record);
    }
  });
  test("takes fractions, not per cent", () => {
    const train = { ...epoch.train, topOne: 75 };
    expect(() => parseEpochRecord({ ...epoch, train }, "metrics.jsonl:1")).toThrow(
      "metrics.jsonl:1: expected train.topOne to be at most 1, got 75.",
    );
  });
});

suite("parseSummary", () => {
  test("gives back what was written", () => {
    expect(parseSummary(throughJson(summary), "summary.json")).toEqual(summary);
  });
  test("takes a run that was interrupted before its first epoch", () => {
    const nothing = { ...summary, status: "interrupted", epochs: 0, best: null, test: null };
    expect(parseSummary(nothing, "summary.json")).toEqual(nothing);
  });
  test("reads the metrics that metricsOf reports, of two classes and of more", () => {
    for (const classes of [2, 6]) {
      const top = [0, 1, 0].flatMap((best) => Array.from({ length: classes }, (_, j) => Number(j === best)));
      const measured = metricsOf({
        scores: Float32Array.from(top),
        labels: [0, 1, 1],
        classes,
        trainCounts: Array<number>(classes).fill(5),
        withConfusion: true,
      });
      const written = throughJson({ ...summary, test: measured });
      expect(parseSummary(written, "summary.json").test).toEqual(measured);
    }
  });
  test("reads no other field of the metrics", () => {
    const other = { ...summary, test: { ...metrics, accuracy: 0.5 } };
    expect(() => parseSummary(other, "summary.json")).toThrow("accuracy");
  });
});

suite("parseEpochRecords", () => {
  const line = JSON.stringify(epoch);
  test("reads every line", () => {
    expect(parseEpochRecords(`${line}\n${line}\n`, "metrics.jsonl")).toEqual([epoch, epoch]);
  });
  test("reads an empty file", () => {
    expect(parseEpochRecords("", "metrics.jsonl")).toEqual([]);
  });
  test("leaves out a last line torn anywhere", () => {
    for (let length = 0; length < line.length; length += 7) {
      expect(parseEpochRecords(`${line}\n${line.slice(0, length)}`, "metrics.jsonl")).toEqual([epoch]);
    }
  });
  test("names the line that is no JSON", () => {
    expect(() => parseEpochRecords(`${line}\n{"epoch": 1,\n${line}\n`, "runs/a/metrics.jsonl")).toThrow(
      'runs/a/metrics.jsonl:2: expected JSON, got "{\\"epoch\\": 1,". The file is damaged; restore it or delete the run.',
    );
  });
  test("names the line and the field that are no record", () => {
    expect(() => parseEpochRecords(`${line}\n{}\n`, "metrics.jsonl")).toThrow(
      "metrics.jsonl:2: expected epoch",
    );
  });
});

suite("parseJson", () => {
  test("shows only the beginning of a long text", () => {
    expect(() => parseJson("x".repeat(1000), "a.json")).toThrow(
      /^a\.json: expected JSON, got "x{56}\.\.\.\. The file/,
    );
  });
});
