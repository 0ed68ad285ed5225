import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { appPage, reportIn, reportPage } from "@leeway/dashboard";
import { setThreads } from "@leeway/torch";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe as suite, expect, test, vi } from "vitest";
import { rowsFileOf } from "../../src/cli/kept-lines.ts";
import { runDisplay, type Shown } from "../../src/cli/run-with-progress.ts";
import { ldamMargins } from "../../src/imbalance/index.ts";
import { random } from "../../src/random.ts";
import { recipeFor } from "../../src/recipe/index.ts";
import type { RunRow } from "../../src/report/index.ts";
import { runRecipe } from "../../src/runs/index.ts";
import { readRun } from "../../src/storage/index.ts";
import { startUi, type Ui } from "../../src/ui/index.ts";
import { keepRow, RunIndex } from "../../src/ui/run-index.ts";
import { readRows } from "../../src/ui/stored-rows.ts";
import { leeway } from "../cli/leeway-process.ts";
import { noBrowser, startBrowser } from "../serving/browser.ts";

setThreads(1); // steps so small gain nothing from more
const folder = mkdtempSync(join(tmpdir(), "leeway-ui-"));
const runsDir = join(folder, "runs");
const names = ["first", "second", "going"];
const faults: unknown[] = [];
let ui: Ui;

beforeAll(async () => {
  const table = join(folder, "payments.csv");
  const draw = random(4, "payments");
  const lines = Array.from({ length: 1200 }, (_, i) => {
    const isFraud = i % 4 === 0;
    return `${(draw.uniform() + (isFraud ? 0.6 : 0)).toFixed(4)},${isFraud ? "fraud" : "ok"}`;
  });
  writeFileSync(table, ["amount,class", ...lines, ""].join("\n"));
  const source = { kind: "table", paths: [table], label: "class" } as const;
  for (const [seed, name] of names.entries()) {
    const recipe = recipeFor("payments", {
      source,
      testFraction: 0.4,
      epochs: 3,
      batchSize: 64,
      model: "mlp",
      seed,
    });
    for await (const event of runRecipe(recipe, { runsDir, name })) if (event.kind === "end") break;
  }
  rmSync(join(runsDir, "going", "summary.json")); // as of one that was killed
  writeFileSync(join(folder, "secret.json"), "{}");
  symlinkSync(folder, join(runsDir, "outside"));
  const page = appPage();
  ui = await startUi({ runsDir, port: 0, page, reportPage, onFault: (error) => faults.push(error) });
}, 60_000);
afterAll(async () => {
  await ui.close();
  rmSync(folder, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${ui.url}${path}`, { headers });
const rows = async (): Promise<RunRow[]> =>
  (await (await get("/api/runs")).text())
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as RunRow);

suite("the service of leeway ui", () => {
  test("lists runs with the numbers of their records, the newest first", async () => {
    const all = await rows();
    expect(all.map(({ id }) => id)).toEqual(names.toSorted().reverse());
    const first = all.find(({ id }) => id === "first")!;
    const { summary, epochs } = readRun(join(runsDir, "first"));
    expect(first).toMatchObject({ status: "finished", epochs: 3, of: 3, classes: 2, seed: 0 });
    expect(first.test.balanced).toBe(summary!.test!.balancedAccuracy);
    expect(first.best).toBe(summary!.best!.score);
    expect(first.last).toBe(epochs.at(-1)!.evaluation!.metrics.balancedAccuracy);
    expect(all.find(({ id }) => id === "going")).toMatchObject({ status: "stopped", epochs: 3 });
  });

  test("sees what has changed since", async () => {
    const path = join(runsDir, "going", "metrics.jsonl");
    const before = readFileSync(path, "utf8");
    const [last] = before.trim().split("\n").slice(-1);
    appendFileSync(path, `${JSON.stringify({ ...(JSON.parse(last!) as object), epoch: 3 })}\n{"torn`);
    expect((await rows()).find(({ id }) => id === "going")!.epochs).toBe(4);
    writeFileSync(path, before);
  });

  test("keeps lines from one start to the next, and trusts them no more than files", async () => {
    const many = join(folder, "many");
    for (let i = 0; i < 100; i++) cpSync(join(runsDir, "first"), join(many, `run-${i}`), { recursive: true });
    const file = join(folder, "cache", "rows.jsonl");
    const listed = async (): Promise<RunRow[]> => {
      const all: RunRow[] = [];
      for await (const some of new RunIndex(many, { file }).list().rows) all.push(...some);
      return all;
    };
    const before = await listed();
    expect(before).toHaveLength(100);
    // A line of the cache is shown as it is, so that reading it can be told from reading the run.
    writeFileSync(file, readFileSync(file, "utf8").replaceAll('"model":"mlp"', '"model":"kept"'));
    expect((await listed()).map(({ model }) => model)).toEqual(before.map(() => "kept"));
    appendFileSync(join(many, "run-7", "summary.json"), "\n");
    rmSync(join(many, "run-8"), { recursive: true });
    const after = await listed();
    expect(after.map(({ id }) => id)).not.toContain("run-8");
    expect(after.filter(({ model }) => model === "mlp").map(({ id }) => id)).toEqual(["run-7"]);
    writeFileSync(file, "nonsense");
    expect((await listed()).every(({ model }) => model === "mlp")).toBe(true);
  });

  test("finds the lines that training kept, but no damaged or older one", async () => {
    const kept = join(folder, "kept");
    for (const id of ["a", "b", "c"]) cpSync(join(runsDir, "first"), join(kept, id), { recursive: true });
    const file = join(folder, "kept-cache", "rows.jsonl");
    for (const id of ["a", "b", "c"]) keepRow(file, join(kept, id));
    cpSync(join(runsDir, "going"), join(kept, "going"), { recursive: true });
    keepRow(file, join(kept, "going")); // it may go on
    const lines = readFileSync(file, "utf8").replaceAll('"model":"mlp"', '"model":"kept"').split("\n");
    expect(lines).toHaveLength(5); // a head, three runs and the end of the last line
    writeFileSync(file, [...lines.slice(0, 3), lines[3]!.slice(0, 200), "null", ""].join("\n"));
    appendFileSync(join(kept, "a", "summary.json"), "\n");
    const all: RunRow[] = [];
    const { runs, rows: listed } = new RunIndex(kept, { file }).list();
    for await (const some of listed) all.push(...some);
    expect(runs).toBe(4);
    const models = Object.fromEntries(all.map(({ id, model }) => [id, model]));
    expect(models).toEqual({ a: "mlp", b: "kept", c: "mlp", going: "mlp" });
  });

  test("has lines from commands that train, in folders of a hundred runs", () => {
    vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache-of-commands"));
    const [trained, run] = [join(folder, "trained"), join(folder, "trained", "first")];
    cpSync(join(runsDir, "first"), run, { recursive: true });
    const { record, summary } = readRun(run);
    const shown = { announce: () => [], onDisplay: () => undefined, mode: "none" } as unknown as Shown;
    const end = (): void => {
      runDisplay(shown).show({ kind: "end", folder: run, record, summary: summary! });
    };
    end();
    expect(existsSync(rowsFileOf(trained))).toBe(false);
    for (let i = 1; i < 100; i++) mkdirSync(join(trained, `run-${i}`));
    end();
    expect(readRows(rowsFileOf(trained)).get("first")!.row!.test.balanced).toBe(
      summary!.test!.balancedAccuracy,
    );
    vi.unstubAllEnvs();
  });

  test("follows the epochs of a run until it has ended", async () => {
    const text = await (await get("/api/runs/first/epochs")).text();
    const [, data] = /event: epochs\ndata: (.*)\n/.exec(text)!;
    const news = JSON.parse(data!) as { epochs: { epoch: number }[]; status: string };
    expect(news.status).toBe("finished");
    expect(news.epochs.map(({ epoch }) => epoch)).toEqual([0, 1, 2]);
    expect(text).toContain("event: end");
  });

  test("shows a report of one run, and of two side by side", async () => {
    const page = await (await get("/report?run=first&run=second")).text();
    const data = reportIn(page) as { runs: { id: string }[]; differences: unknown[] };
    expect(data.runs.map(({ id }) => id)).toEqual(["first", "second"]);
    expect(data.differences).toHaveLength(1);
  });

  test("opens nothing but the runs of its folder", async () => {
    for (const name of ["..", "../secret.json", "%2e%2e", "..%2fsecret.json", "outside", "none"]) {
      const answer = await get(`/api/runs/${name}`);
      expect([404, 400]).toContain(answer.status);
    }
    expect((await get("/report?run=../first")).status).toBe(404);
    expect((await get("/report")).status).toBe(400);
  });

  test("answers no page of the web", async () => {
    const { request } = await import("node:http");
    const status = await new Promise((resolve) => {
      request(`${ui.url}/api/runs`, { headers: { host: "evil.example" } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).end();
    });
    expect(status).toBe(403);
    const cross = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
    expect((await get("/api/runs", cross)).status).toBe(403);
    expect((await get("/")).headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  test("says that a run without an end has no report yet", async () => {
    const answer = await get("/report?run=going");
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain("expected a run that has finished");
    expect(faults).toEqual([]);
  });
});

suite("leeway ui", () => {
  test("names a folder that is not there", async () => {
    const { code, stderr } = await leeway(["ui", join(folder, "none")]);
    expect(code).toBe(2);
    expect(stderr).toContain("ui: expected the folder of all runs");
  });

  test("says where it listens, and ends on a signal", async () => {
    const { stderr, code } = await leeway(["ui", runsDir, "--port", "0"], {
      onStderr: (text, child) => {
        if (/Runs of .* at http:\/\/127\.0\.0\.1:\d+ until Ctrl-C/.test(text)) child.kill("SIGTERM");
      },
    });
    expect(stderr).toContain("until Ctrl-C");
    expect(code).toBe(143);
  });
});

suite.skipIf(noBrowser !== undefined)("the dashboard in a browser", () => {
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  beforeAll(async () => {
    browser = await startBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
  }, 60_000);
  afterAll(() => browser.close());

  test("searches, sorts and compares runs", async () => {
    await page.goto(ui.url);
    const lines = page.locator(".runs tbody tr[aria-rowindex]");
    await page.getByText("3 runs", { exact: true }).waitFor();
    expect(await lines.count()).toBe(3);
    await page.getByRole("searchbox").fill("seed=1");
    await page.getByText("1 of 3 runs").waitFor();
    expect(await lines.innerText()).toContain("second");
    await page.getByRole("searchbox").fill("");
    await page.getByRole("button", { name: "seed" }).click();
    await page.getByRole("button", { name: "seed" }).click();
    expect(await lines.first().innerText()).toContain("first");
    await page.getByRole("checkbox", { name: "Compare first" }).check();
    await page.getByRole("checkbox", { name: "Compare second" }).check();
    const href = await page.getByRole("link", { name: "Compare 2 runs" }).getAttribute("href");
    expect(href).toBe("/report?run=first&run=second");
    await page.reload(); // the order and the columns are those of the last visit, what was searched is not
    await page.getByText("3 runs", { exact: true }).waitFor();
    expect(await lines.first().innerText()).toContain("first");
    expect(await page.locator("th[aria-sort='ascending']").innerText()).toContain("seed");
    await page.evaluate('localStorage.setItem("leeway.runs.order", "nonsense")');
    await page.reload();
    await page.getByText("3 runs", { exact: true }).waitFor();
  }, 60_000);

  test("draws a run's curves from its file", async () => {
    await page.goto(`${ui.url}/#/run/first`);
    await page.getByText("finished, 3 of 3 epochs").waitFor();
    expect(await page.getByRole("img", { name: /training loss, epoch by epoch/ }).count()).toBe(1);
  }, 60_000);

  test("shows what a count means for its margin, by the keyboard alone", async () => {
    await page.goto(`${ui.url}/#/theory`);
    const bar = page.getByRole("slider", { name: "class 9", exact: true });
    await bar.focus();
    await page.keyboard.press("PageUp");
    await page.locator('[aria-label="class 9"][aria-valuenow="100"]').waitFor();
    const counts = await page
      .locator("table.plain tbody tr td:nth-child(2)")
      .allInnerTexts()
      .then((texts) => texts.map((text) => Number(text.replaceAll(",", ""))));
    const margins = await page.locator("table.plain tbody tr td:nth-child(3)").allInnerTexts();
    expect(margins).toEqual(Array.from(ldamMargins(counts), (margin) => margin.toFixed(3)));
  }, 60_000);

  test("lists the methods with their equations", async () => {
    await page.goto(`${ui.url}/#/methods`);
    const method = page.getByRole("region", { name: "LDAM-DRW", exact: true });
    await method.waitFor();
    expect(await method.innerText()).toContain("Δ_j = C · n_j^(-1/4)");
  }, 60_000);

  test("complains of nothing", () => {
    expect(complaints).toEqual([]);
  });
});
