import type { ChildProcess } from "node:child_process";
import { describe as suite, expect, test } from "vitest";
import { recordedRun } from "../serving/services.ts";
import { type Ended, leeway } from "./leeway-process.ts";

const run = recordedRun("table");
const environment = { OMP_NUM_THREADS: "1" };

/** Serves a run until it has said where, does something with it, and ends it with a signal. */
async function served(
  args: readonly string[],
  use: (url: string, child: ChildProcess) => Promise<void>,
): Promise<Ended> {
  let used: Promise<void> | undefined;
  const onStderr = (text: string, child: ChildProcess): void => {
    const [, url] = /at (http:\S+) until Ctrl-C\n/.exec(text) ?? [];
    if (url !== undefined) used ??= use(url, child);
  };
  const ended = await leeway(["serve", run, "--port", "0", ...args], { environment, onStderr });
  await used;
  return ended;
}

suite("leeway serve", () => {
  test.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ] as const)("serves until %s, and says where", async (signal, code) => {
    const ended = await served(["--json"], async (url, child) => {
      const response = await fetch(`${url}/predict`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '{"first": 1, "second": 2, "colour": "x"}',
      });
      expect(response.status).toBe(200);
      child.kill(signal);
    });
    expect(ended.code).toBe(code);
    const { url, port } = JSON.parse(ended.stdout) as { url: string; port: number };
    expect(JSON.parse(ended.stdout)).toEqual({
      ...{ url: `http://127.0.0.1:${port}`, host: "127.0.0.1", port },
      ...{ model: "table", kind: "table", classes: ["a", "b", "c"] },
    });
    expect(ended.stderr).toBe(
      `Serving table at ${url} until Ctrl-C\nStopping: answering what came before. Once more ends at once.\n`,
    );
  });

  test("says what an open service means", async () => {
    const ended = await served(["--host", "0.0.0.0"], async (url, child) => {
      const { port } = new URL(url);
      expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
      child.kill("SIGTERM");
    });
    expect(ended.stderr.split("\n")[1]).toBe(
      "Every machine that reaches this one can use it: there is no password and no encryption. Put a proxy before it that has both.",
    );
  });

  test.for([
    [["serve", "nowhere"], 1, "nowhere"],
    [["serve", run, "--port", "65536"], 2, "--port: expected a whole number from 0 to 65535"],
    [["serve", run, "--prot", "1"], 2, "Did you mean --port?"],
    [["serve", run, "--cors", "a.org"], 2, "--cors: expected origins such as https://example.org"],
    [["serve", run, "--max-rows", "0"], 2, "--max-rows: expected a whole number from 1"],
    [["serve", run, "--port", "0", "--host", "192.0.2.1"], 1, "--host: expected an address of this machine"],
    [["serve", run, "--backbone", "net.onnx"], 2, "expected a run that learned through a backbone"],
    [["serve"], 2, "missing required argument 'model'"],
  ] as const)("refuses %j", async ([args, code, words]) => {
    const ended = await leeway(args, { environment });
    expect(ended).toMatchObject({ code, stdout: "" });
    expect(ended.stderr).toContain(words);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  });

  test("fits its help on a screen", async () => {
    const { stdout } = await leeway(["serve", "--help"]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
  });
});
