import { describe as suite, expect, test } from "vitest";
import { parseAlerts, parseAlpha, parseCost, parseShares } from "../../../src/cli/decide/parse-shares.ts";

const names = ["fine", "fraud", "a=b", "c,d"];

suite("parseShares", () => {
  test.for([
    ["0.95", 0.95],
    ["95%", 0.95],
    [".5", 0.5],
    ["1", 1],
    ["fraud=0.9", { fraud: 0.9 }],
    ["fraud=0.9,fine=0.8", { fraud: 0.9, fine: 0.8 }],
    ["a=b=0.5", { "a=b": 0.5 }],
    ["c,d=0.5,fraud=1", { "c,d": 0.5, fraud: 1 }],
  ] as const)("reads %s", ([text, shares]) => {
    expect(parseShares("--min-recall", text, names)).toEqual(shares);
  });
  test.for([
    ["", "a share such as 0.95 or 95%"],
    ["much", "a share such as 0.95 or 95%"],
    ["0", "a share above 0 and at most 1"],
    ["95", "a share above 0 and at most 1"],
    ["101%", "a share above 0 and at most 1"],
    ["-0.5", "a share such as 0.95 or 95%"],
    ["fraud=2", "a share above 0 and at most 1"],
    ["frud=0.5", 'Did you mean "fraud"?'],
    ["fraud=0.5,fraud=0.6", "every class once"],
  ] as const)("refuses %j", ([text, message]) => {
    expect(() => parseShares("--min-recall", text, names)).toThrow(message);
    expect(() => parseShares("--min-recall", text, names)).toThrow(/^--min-recall: expected /);
  });
});

suite("parseAlerts", () => {
  test.for([
    ["50/1000", 0.05],
    ["0.5/1000", 0.0005],
    ["5%", 0.05],
    ["0.05", 0.05],
  ] as const)("reads %s", ([text, share]) => {
    expect(parseAlerts("--max-alerts", text)).toBeCloseTo(share, 15);
  });
  test.for(["50", "0", "0/1000", "50/0", "1000/1000", "50/", "/1000", "x"])("refuses %s", (text) => {
    expect(() => parseAlerts("--max-alerts", text)).toThrow("--max-alerts: expected alerts of so many cases");
  });
});

suite("parseAlpha", () => {
  test("reads a share below 1", () => {
    expect(["0.1", "10%"].map((text) => parseAlpha("--abstain", text))).toEqual([0.1, 0.1]);
  });
  test.for(["0", "1", "100%", "ten"])("refuses %s", (text) => {
    expect(() => parseAlpha("--abstain", text)).toThrow("--abstain: expected a share above 0 and below 1");
  });
});

suite("parseCost", () => {
  test("reads both costs in any order", () => {
    expect(parseCost("--cost", "alarm=1,missed=40")).toEqual({ missed: 40, alarm: 1 });
  });
  test.for([
    ["missed=40", "both costs above 0"],
    ["missed=0,alarm=1", "both costs above 0"],
    ["missed=40,alarms=1", 'Did you mean "alarm"?'],
    ["40,1", "both costs above 0"],
  ] as const)("refuses %s", ([text, message]) => {
    expect(() => parseCost("--cost", text)).toThrow(message);
  });
});
