import { Hono, type MiddlewareHandler } from "hono";
import { stream, streamSSE } from "hono/streaming";
import { reportData } from "../api/report-data.ts";
import { RunError } from "../errors.ts";
import { methodNames, methodOf } from "../methods/index.ts";
import { HttpError, refusal, requireOwnHost, requireOwnSite } from "../serving/index.ts";
import { readRun, runState } from "../storage/index.ts";
import { followRun } from "./live-epochs.ts";
import { RunIndex } from "./run-index.ts";

/** What the dashboard shows, and the files that it is made of. */
export interface UiOptions {
  /** The folder of all runs. */
  readonly runsDir: string;
  /** The parts of its page. */
  readonly page: { readonly html: string; readonly script: string; readonly style: string };
  /** Makes a page of a report. */
  readonly reportPage: (data: object) => string;
  /** Where data sets are, for the examples of reports. */
  readonly dataDir?: string | undefined;
  /** A file in which the lines of runs are kept from one start to the next; by default none is. */
  readonly rowsFile?: string | undefined;
  /** Is told of faults of its own. */
  readonly onFault: (error: unknown) => void;
}

/** Runs that a report holds side by side, at most. */
const maxCompared = 8;

/** Nothing but the dashboard's own files runs in its page, and it talks to this service alone. */
const policy = [
  ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"],
  ...["img-src 'self' data:", "frame-src 'self'", "base-uri 'none'", "form-action 'none'"],
  "frame-ancestors 'none'",
].join("; ");

/**
 * The routes of the dashboard. All of them read: nothing that a page of the web could make a browser ask for changes a
 * run, so that no token is needed. Runs are found by their names among those of the folder, and no path of a request is
 * ever opened.
 */
export function createUi(options: UiOptions): Pick<Hono, "fetch"> {
  const { runsDir, page, reportPage, dataDir, rowsFile, onFault } = options;
  const index = new RunIndex(runsDir, { file: rowsFile });
  const reports = new Map<string, string>();
  const pathOf = (id: string): string => {
    const path = index.path(id);
    if (path !== undefined) return path;
    const what = { where: "run", what: "a run of the folder", got: JSON.stringify(id.slice(0, 200)) };
    throw refusal(404, what);
  };
  const reportOf = async (ids: readonly string[]): Promise<string> => {
    const paths = ids.map(pathOf);
    const key = paths.map((path) => `${path} ${runState(path)}`).join("\n");
    const known = reports.get(key);
    if (known !== undefined) return known;
    const made = reportPage(await reportData(paths, { dataDir }));
    if (reports.size >= 20) reports.delete(reports.keys().next().value!); // the oldest of twenty
    reports.set(key, made);
    return made;
  };
  const file = (body: string, type: string) => ({
    body,
    headers: { "content-type": `${type}; charset=utf-8`, "content-security-policy": policy },
  });
  const files = new Map([
    ["/", file(page.html, "text/html")],
    ["/app.js", file(page.script, "text/javascript")],
    ["/app.css", file(page.style, "text/css")],
  ]);
  const app = new Hono().use(guard);
  for (const [path, { body, headers }] of files) app.get(path, (c) => c.body(body, 200, headers));
  app.get("/api/runs", (c) => {
    const { runs, rows: lines } = index.list();
    c.header("content-type", "application/x-ndjson");
    c.header("x-runs", String(runs));
    return stream(c, async (out) => {
      for await (const rows of lines) {
        if (out.aborted) return;
        await out.write(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
      }
    });
  });
  app.get("/api/runs/:id", (c) => {
    const { record, summary } = readRun(pathOf(c.req.param("id")));
    return c.json({ row: index.row(c.req.param("id")), record, summary });
  });
  app.get("/api/runs/:id/epochs", (c) => {
    const path = pathOf(c.req.param("id"));
    return streamSSE(c, async (out) => {
      const ending = new AbortController();
      out.onAbort(() => {
        ending.abort();
      });
      for await (const news of followRun(path, ending.signal)) {
        await out.writeSSE({ event: "epochs", data: JSON.stringify(news) });
      }
      await out.writeSSE({ event: "end", data: "{}" });
    });
  });
  app.get("/api/methods", (c) =>
    c.json(
      methodNames.map((name) => {
        const { title, summary, source, options } = methodOf(name);
        return { name, title, summary, source, options };
      }),
    ),
  );
  app.get("/report", async (c) => {
    const ids = c.req.queries("run") ?? [];
    if (ids.length === 0 || ids.length > maxCompared) {
      const what = `one to ${maxCompared} runs, ?run=NAME&run=NAME`;
      throw refusal(400, { where: "GET /report", what, got: String(ids.length) });
    }
    return c.html(await reportOf(ids)); // which has a policy of its own
  });
  app.notFound((c) => c.json({ error: { message: `${c.req.path}: expected a page, got none there.` } }, 404));
  app.onError((error, c) => {
    if (error instanceof HttpError) return c.json({ error: { message: error.message } }, error.status as 400);
    if (error instanceof RunError) return c.json({ error: { message: error.message } }, 422);
    onFault(error);
    return c.json({ error: { message: "expected an answer, got a fault of the dashboard." } }, 500);
  });
  return app;
}

/** Who may ask: pages of this machine, under a name of this machine. */
const guard: MiddlewareHandler = async (c, next) => {
  c.header("x-content-type-options", "nosniff");
  c.header("referrer-policy", "no-referrer");
  c.header("cache-control", "no-store");
  c.header("cross-origin-resource-policy", "same-origin");
  requireOwnHost(c.req.header("host"), []);
  requireOwnSite({ site: c.req.header("sec-fetch-site"), origin: c.req.header("origin"), origins: [] });
  await next();
};
