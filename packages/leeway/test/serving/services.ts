import { request } from "node:http";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import {
  type ServedModel,
  openServed,
  type Service,
  type ServiceOptions,
  startService,
} from "../../src/serving/index.ts";

/** A recorded run of small data, by its folder's name. */
export function recordedRun(name: string): string {
  return fileURLToPath(new URL(`../fixtures/runs-v1/${name}`, import.meta.url));
}

const open: { readonly service: Service; readonly model: ServedModel }[] = [];
afterAll(async () => {
  for (const { service, model } of open) {
    await service.close();
    await model.close();
  }
});

/** Serves a run, or what stands for one, at a free port until the tests of the file have ended. */
export async function serving(
  model: string | ServedModel,
  options: Omit<ServiceOptions, "port"> = {},
): Promise<Service> {
  const served = typeof model === "string" ? await openServed(recordedRun(model)) : model;
  const service = await startService(served, { port: 0, limits: { stopSeconds: 1 }, ...options });
  open.push({ service, model: served });
  return service;
}

/** What a service answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Of JSON, its value; else the text. */
  readonly body: unknown;
}

/** Asks a service. */
export async function ask({ url }: Service, path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`${url}${path}`, init);
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  const text = await response.text();
  const body: unknown = isJson && text !== "" ? JSON.parse(text) : text;
  return { status: response.status, headers: response.headers, body };
}

/** Posts an example as JSON, or a body of another type. */
export function post(
  service: Service,
  body: unknown,
  {
    type = "application/json",
    query = "",
    headers = {},
  }: {
    readonly type?: string;
    readonly query?: string;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Promise<Answer> {
  const bytes = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
  return ask(service, `/predict${query}`, {
    method: "POST",
    headers: { "content-type": type, ...headers },
    body: bytes,
  });
}

/** The status that a request with these headers gets, which `fetch` would not send. */
export function statusWith({ url }: Service, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/health`, { headers }, (response) => {
      response.resume().on("end", () => {
        resolve(response.statusCode ?? 0);
      });
    });
    sent.on("error", reject).end();
  });
}

/** A model whose passes take as long as a test wants: it gives the class "a" to all, and counts what it is asked. */
export function slowModel(
  pass: (rows: number) => Promise<unknown>,
): ServedModel & { readonly asked: number[] } {
  const asked: number[] = [];
  const prediction = { class: "a", probability: 0.75, probabilities: { a: 0.75, b: 0.25 } };
  return {
    ...{
      name: "slow",
      kind: "text",
      classNames: ["a", "b"],
      shares: [0.75, 0.25],
      form: { kind: "text" },
      asked,
    },
    predict: async (examples) => {
      asked.push(examples.length);
      await pass(examples.length);
      return examples.map(() => prediction);
    },
    warmUp: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
