import { type Context, Hono, type MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import { didYouMean, shown } from "../errors.ts";
import { requireOwnHost, requireOwnSite } from "./hosts.ts";
import { asHttpError, HttpError, refusal } from "./http-error.ts";
import type { Limits } from "./limits.ts";
import { openApi } from "./openapi.ts";
import { pageFiles } from "./page.ts";
import { type Env, PredictRoute } from "./predict-route.ts";
import type { ServedModel } from "./served-model.ts";

/** What an application of HTTP is made for. */
export interface AppOptions {
  readonly limits: Limits;
  /** Of Leeway. */
  readonly version: string;
  /** Names that the Host header may have beside those of this machine; undefined where any is taken. */
  readonly hosts: readonly string[] | undefined;
  /** Origins of pages elsewhere that may use the service. */
  readonly origins: readonly string[];
  /** Is told of faults of the service's own. */
  readonly onFault: (error: unknown) => void;
}

/** The routes of a service. */
export interface App {
  readonly fetch: Hono<Env>["fetch"];
  /** Refuses predictions from now on; those that are read or wait are still answered. */
  stop(): void;
}

/** The routes of a service for one model. */
export function createApp(model: ServedModel, options: AppOptions): App {
  const { limits, version, origins } = options;
  const predict = new PredictRoute(model, limits);
  const started = performance.now();
  let stopping = false;
  const app = new Hono<Env>().use(guard(options)).use(async (c, next) => {
    await next();
    // A connection that is kept would keep a stopping service.
    if (stopping) c.header("connection", "close");
  });
  if (origins.length > 0) app.use(cors({ origin: [...origins], allowMethods: ["GET", "POST"] }));
  for (const [path, { body, headers }] of pageFiles(model)) app.get(path, (c) => c.body(body, 200, headers));
  const document = openApi(model, { version });
  app.get("/openapi.json", (c) => c.json(document));
  app.get("/health", (c) => {
    const { name, kind, classNames: classes } = model;
    const uptime = Math.round((performance.now() - started) / 1000);
    const status = stopping ? "stopping" : "ok";
    return c.json({ status, model: name, kind, classes, version, uptime, ...predict.load });
  });
  app.post("/predict", (c) => {
    if (stopping) throw stops();
    return predict.answer(c);
  });
  app.notFound((c) => answered(c, noRoute(c, app.routes), options));
  app.onError((error, c) => answered(c, asHttpError(error), options));
  return { fetch: app.fetch, stop: () => void (stopping = true) };
}

/** What holds for every route: who may ask, and what browsers may do with the answer. */
function guard({ hosts, origins }: AppOptions): MiddlewareHandler<Env> {
  return async (c, next) => {
    c.header("x-content-type-options", "nosniff");
    c.header("referrer-policy", "no-referrer");
    c.header("cache-control", "no-store");
    if (origins.length === 0) c.header("cross-origin-resource-policy", "same-origin");
    if (hosts !== undefined) requireOwnHost(c.req.header("host"), hosts);
    requireOwnSite({ site: c.req.header("sec-fetch-site"), origin: c.req.header("origin"), origins });
    await next();
  };
}

function answered(c: Context<Env>, error: HttpError, { onFault }: AppOptions): Response {
  if (error.status === 500) onFault(error.cause);
  for (const [name, value] of Object.entries(error.headers)) c.header(name, value);
  return c.json({ error: { message: error.message, ...error.place } }, error.status as 500);
}

/** What is said of a route that is not there, or is there with another method. */
function noRoute(
  c: Context<Env>,
  routes: readonly { readonly path: string; readonly method: string }[],
): HttpError {
  const { method, path } = c.req;
  const known = routes.filter((route) => route.method !== "ALL");
  const methods = known.filter((route) => route.path === path).map((route) => route.method);
  const where = `${method} ${path}`;
  if (methods.length === 0) {
    const paths = known.map((route) => route.path);
    const what = "one of /predict, /health, /openapi.json and /";
    return refusal(404, { where, what, got: shown(path), advice: didYouMean(path, paths) });
  }
  const allow = methods.includes("GET") ? "GET, HEAD" : methods.join(", ");
  return refusal(405, { where, what: allow, got: method }, { headers: { allow } });
}

function stops(): HttpError {
  const headers = { "retry-after": "1", connection: "close" };
  return refusal(
    503,
    { what: "a service that runs", got: "one that stops", advice: "Try again." },
    { headers },
  );
}
