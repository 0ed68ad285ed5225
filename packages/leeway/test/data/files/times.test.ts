import { describe as suite, expect, test } from "vitest";
import { timesOf } from "../../../src/data/files/times.ts";

const read = (values: readonly string[]): ReturnType<typeof timesOf> => {
  const distinct = [...new Set(values.filter((value) => value !== ""))];
  const codes = Int32Array.from(values, (value) => distinct.indexOf(value));
  const missing = values.length - values.filter(Boolean).length;
  return timesOf({ kind: "text", name: "ts", codes, distinct, missing }, (i) => ({
    file: "t.csv",
    row: i + 1,
  }));
};
const utc = (text: string): number => new Date(text).getTime();

suite("timesOf", () => {
  test("reads numbers as they are", () => {
    expect(read(["3", "-1.5", "3"])).toEqual({ values: Float64Array.of(3, -1.5, 3), areDates: false });
  });

  test.for([
    ["2024-01-31", "2024-01-31T00:00Z"],
    ["2024-1-5 7:08", "2024-01-05T07:08Z"],
    ["2024/01/31 12:30:15.250", "2024-01-31T12:30:15.250Z"],
    ["2024-01-31T12:00:00Z", "2024-01-31T12:00Z"],
    ["2024-01-31T12:00:00+02:00", "2024-01-31T10:00Z"],
    ["2024-01-31 01:00 -0130", "2024-01-31T02:30Z"],
    ["31.01.2024", "2024-01-31T00:00Z"],
    ["01/31/2024 11:05 PM", "2024-01-31T23:05Z"],
  ] as const)("reads %s", ([text, time]) => {
    expect([...read([text]).values]).toEqual([utc(time)]);
  });

  test("reads all dates of a column in one order of day and month", () => {
    expect([...read(["03/04/2024", "30/04/2023"]).values][0]).toBe(utc("2024-04-03"));
    expect([...read(["03/04/2024", "04/30/2023"]).values][0]).toBe(utc("2024-03-04"));
    expect(() => read(["03/04/2024", "05/06/2024"])).toThrow(
      't.csv, row 1: expected dates of one meaning in column "ts", got "03/04/2024", where day or month may stand first. Write dates as 2024-01-31.',
    );
  });

  test.for(["soon", "2024-02-31", "2024-01-01 25:00", "31/12/2024 and 12/31/2024"])(
    "refuses %s by its row",
    (bad) => {
      expect(() => read(["2024-01-01", "2024-01-02", bad])).toThrow(
        `t.csv, row 3: expected a date, a time or a number in column "ts", got "${bad}". Write times as 2024-01-31 12:00:00`,
      );
    },
  );

  test("refuses a row without one", () => {
    expect(() => read(["5", ""])).toThrow(
      't.csv, row 2: expected a date, a time or a number in column "ts", got nothing.',
    );
  });
});
