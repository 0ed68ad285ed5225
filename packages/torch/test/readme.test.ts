import { readFileSync } from "node:fs";
import { describe as suite, expect, test } from "vitest";
import * as torch from "../src/index.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

suite("README", () => {
  test("begins with an example that runs and learns", () => {
    const [, example] = /```ts\n(.*?)```/s.exec(readme) ?? [];
    const body = example!.replace(/^import (\{.*?\}) from "@leeway\/torch";$/m, "const $1 = torch;");
    const printed: [number, number][] = [];
    const print = { log: (step: number, loss: number) => printed.push([step, loss]) };
    // The example is JavaScript too; only its import needs to be another.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the code is our own README's
    (new Function("torch", "console", body) as (...args: unknown[]) => void)(torch, print);
    expect(printed.map(([step]) => step)).toEqual([20, 40, 60]);
    expect(printed.at(-1)![1]).toBeLessThan(0.05);
  });

  test("names only what there is", () => {
    const ours = readme.replace(/^\| `.*?` +(\(int64\) +)?\|/gm, "|"); // without the table's column of PyTorch's names
    const code = [...ours.matchAll(/`([^`\n]+)`/g)].map(([, text]) => text!).join("\n");
    const called = [...code.matchAll(/(?<![.\w])([a-zA-Z]\w*)(?=[(<])/g)].map(([, name]) => name!);
    const members = [...code.matchAll(/\.([a-zA-Z]\w*)/g)].map(([, name]) => name!);
    const { Tensor, nn, optim } = torch;
    const prototypes = [Tensor, nn.LSTM, optim.Optimizer].map((each): object => each.prototype as object);
    const holders = [nn, optim, BigInt64Array, ...prototypes];
    expect(called.filter((name) => !(name in torch))).toEqual([]);
    expect(members.filter((name) => !holders.some((each) => name in each))).toEqual([]);
    expect(called).toEqual(expect.arrayContaining(["tensor", "slice", "op"]));
    expect(members).toEqual(expect.arrayContaining(["matmul", "requiresGrad", "stateDict"]));
  });
});
