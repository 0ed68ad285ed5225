import { createServer } from "node:http";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setThreads } from "@leeway/torch";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { openServed, type Service, startService } from "../../src/serving/index.ts";
import { ask, post, recordedRun, serving, slowModel, statusWith } from "./services.ts";

const folder = mkdtempSync(join(tmpdir(), "leeway-service-"));
let tables: Service | undefined;
beforeAll(async () => {
  setThreads(1);
  tables = await serving("table", { version: "1.2.3" });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const row = { first: 1.5, second: 3, colour: "x" };
const refused = (status: number, words: string): object => ({
  status,
  body: { error: { message: expect.stringContaining(words) as string } },
});

suite("a service", () => {
  test("tells what it serves and how busy it is", async () => {
    const before = (await ask(tables!, "/health")).body as { predictions: number };
    await post(tables!, [row, row]);
    const { body, headers } = await ask(tables!, "/health");
    expect(body).toEqual({
      ...{ status: "ok", model: "table", kind: "table", classes: ["a", "b", "c"], version: "1.2.3" },
      ...{ uptime: expect.any(Number) as number, running: 0, queue: 0 },
      ...{ predictions: before.predictions + 2, passes: expect.any(Number) as number },
    });
    expect(headers.get("cache-control")).toBe("no-store");
    expect((await ask(tables!, "/health", { method: "HEAD" })).status).toBe(200);
  });

  test("has no other routes, and names those that there are", async () => {
    expect(await ask(tables!, "/")).toMatchObject({ status: 200 });
    expect(await ask(tables!, "/predcit")).toMatchObject(refused(404, 'Did you mean "/predict"?'));
    expect(await ask(tables!, "/../package.json")).toMatchObject({ status: 404 });
    expect(await ask(tables!, "/page.ts")).toMatchObject({ status: 404 });
    const wrong = await ask(tables!, "/predict");
    expect(wrong).toMatchObject(refused(405, "GET /predict: expected POST, got GET."));
    expect(wrong.headers.get("allow")).toBe("POST");
    const posted = await ask(tables!, "/health", { method: "POST" });
    expect(posted).toMatchObject(refused(405, "expected GET, HEAD"));
    expect((await ask(tables!, "/predict", { method: "DELETE" })).status).toBe(405);
  });

  test("is described by a document that is made of what checks its requests", async () => {
    const { body, headers } = await ask(tables!, "/openapi.json");
    expect(headers.get("content-type")).toContain("application/json");
    const text = JSON.stringify(body);
    const { openapi, paths, components } = body as Readonly<
      Record<string, Record<string, Record<string, object>>>
    >;
    expect(openapi).toBe("3.1.0");
    expect(Object.keys(paths!)).toEqual(["/predict", "/health", "/openapi.json", "/"]);
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      expect(components!["schemas"]).toHaveProperty(name!);
    }
    expect(components!["schemas"]!["Example"]).toMatchObject({
      properties: {
        first: { examples: [0.968] },
        second: { type: ["number", "string", "null"] },
        colour: { examples: ["x"] },
      },
      required: ["first", "second", "colour"],
    });
    expect(paths!["/predict"]!["post"]).toMatchObject({
      parameters: [{ name: "prior" }, { name: "top", schema: { type: "integer" } }, { name: "decision" }],
      requestBody: { content: { "application/json": {}, "application/x-ndjson": {} } },
    });
  });

  test("answers to its own names alone, so that no page of the web reads it by a name of its own", async () => {
    const port = String(tables!.port);
    for (const host of [`localhost:${port}`, "127.0.0.1", `[::1]:${port}`, "LOCALHOST"]) {
      expect(await statusWith(tables!, { host })).toBe(200);
    }
    for (const host of [
      "evil.example",
      `evil.example:${port}`,
      "localhost.evil.example",
      "127.0.0.1.nip.io",
    ]) {
      expect(await statusWith(tables!, { host })).toBe(403);
    }
    const behindProxy = await serving(
      slowModel(() => Promise.resolve()),
      { hosts: ["Models.example"] },
    );
    expect(await statusWith(behindProxy, { host: "models.example" })).toBe(200);
    expect(await statusWith(behindProxy, { host: "evil.example" })).toBe(403);
  });

  test("is for its own page, and others where their origin is named", async () => {
    const cross = { "sec-fetch-site": "cross-site", origin: "https://a.example" };
    expect(await statusWith(tables!, cross)).toBe(403);
    expect(await statusWith(tables!, { ...cross, "sec-fetch-site": "same-origin" })).toBe(200);
    const open = await serving(
      slowModel(() => Promise.resolve()),
      { origins: ["https://a.example"] },
    );
    expect(await statusWith(open, cross)).toBe(200);
    expect(await statusWith(open, { ...cross, origin: "https://b.example" })).toBe(403);
    const allowed = async (origin: string): Promise<string | null> =>
      (await post(open, '"text"', { headers: { origin } })).headers.get("access-control-allow-origin");
    expect(await allowed("https://a.example")).toBe("https://a.example");
    expect(await allowed("https://b.example")).toBe(null);
    const preflight = {
      method: "OPTIONS",
      headers: { origin: "https://a.example", "access-control-request-method": "POST" },
    };
    expect((await ask(open, "/predict", preflight)).headers.get("access-control-allow-methods")).toContain(
      "POST",
    );
    expect((await ask(tables!, "/predict", preflight)).status).toBe(405);
    expect((await post(tables!, row)).headers.get("access-control-allow-origin")).toBe(null);
  });

  test("keeps faults of its own to itself, and tells its log", async () => {
    const faults: unknown[] = [];
    const model = slowModel(() => Promise.reject(new Error("secret at /home/me")));
    const service = await serving(model, { onFault: (error) => faults.push(error) });
    const answer = await post(service, '"text"');
    expect(answer).toMatchObject(refused(500, "got a fault of the service"));
    expect(JSON.stringify(answer.body)).not.toContain("secret");
    expect(faults).toEqual([new Error("secret at /home/me")]);
  });
});

suite("startService", () => {
  test("says which port or host it cannot have", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    const model = slowModel(() => Promise.resolve());
    await expect(startService(model, { port })).rejects.toThrow(
      `--port: expected a free port, got ${port}, at which another program listens. --port 0 takes any.`,
    );
    other.close();
    await expect(startService(model, { port: 0, host: "192.0.2.1" })).rejects.toThrow(
      "--host: expected an address of this machine, got 192.0.2.1.",
    );
  });

  test("ends what runs, refuses what is new, and frees the port", async () => {
    let finish = (): void => undefined;
    const model = slowModel(() => new Promise<void>((resolve) => (finish = resolve)));
    const service = await startService(model, { port: 0 });
    const running = post(service, '"text"');
    while (model.asked.length === 0) await new Promise(setImmediate);
    const waiting = post(service, '"text"');
    while (((await ask(service, "/health")).body as { running: number }).running < 2);
    const closed = service.close();
    await expect(post(service, '"text"')).rejects.toThrow("fetch failed");
    finish();
    expect((await running).status).toBe(200);
    while (model.asked.length < 2) await new Promise(setImmediate);
    finish();
    expect((await waiting).status).toBe(200);
    await closed;
    const again = await startService(model, { port: service.port });
    await again.close();
  });

  test("cuts what has not ended in time", async () => {
    const model = slowModel(() => new Promise<void>(() => undefined));
    const service = await startService(model, { port: 0, limits: { stopSeconds: 0.1 } });
    const cut = expect(post(service, '"text"')).rejects.toThrow("fetch failed");
    while (model.asked.length === 0) await new Promise(setImmediate);
    await service.close();
    await cut;
  });
});

suite("openServed", () => {
  test("finds damaged and missing weights before it listens", async () => {
    const run = join(folder, "run");
    cpSync(recordedRun("table"), run, { recursive: true });
    truncateSync(join(run, "model.safetensors"), 100);
    await expect((await openServed(run)).warmUp()).rejects.toThrow(/model\.safetensors: expected/);
    rmSync(join(run, "model.safetensors"));
    await expect((await openServed(run)).warmUp()).rejects.toThrow(/model\.safetensors/);
    await expect(openServed(folder)).rejects.toThrow(/expected/);
  });

  test.for(["table", "texts", "embeddings", "fashion-mnist"])(
    "predicts an example of %s by itself",
    async (name) => {
      const model = await openServed(recordedRun(name));
      await model.warmUp();
      await model.close();
    },
  );
});
