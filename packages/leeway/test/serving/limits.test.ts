import { describe as suite, expect, test } from "vitest";
import { connect } from "node:net";
import { ask, post, serving, slowModel } from "./services.ts";

const text = JSON.stringify("a text");
const message = (words: string): object => ({ error: { message: expect.stringContaining(words) as string } });

/** Something that is waited for until it is let go. */
function latch(): { readonly wait: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const wait = new Promise<void>((resolve) => (open = resolve));
  return { wait, open };
}

/** Resolves once a condition holds. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}

suite("the limits of a service", () => {
  test("refuse a body that is too large, announced or not", async () => {
    const service = await serving(
      slowModel(() => Promise.resolve()),
      { limits: { bodyBytes: 100 } },
    );
    const words = "expected at most 100 bytes, got more. Send fewer examples at a time.";
    const large = JSON.stringify("x".repeat(200));
    expect(await post(service, large)).toMatchObject({ status: 413, body: message(words) });
    const body = new Blob([large]).stream();
    const init = { method: "POST", headers: { "content-type": "application/json" }, body, duplex: "half" };
    expect(await ask(service, "/predict", init as RequestInit)).toMatchObject({
      status: 413,
      body: message(words),
    });
    expect(await post(service, JSON.stringify("x".repeat(98)))).toMatchObject({ status: 200 });
  });

  test("refuse too many examples of a request", async () => {
    const service = await serving(
      slowModel(() => Promise.resolve()),
      { limits: { rows: 2 } },
    );
    const refused = {
      status: 413,
      body: message("expected at most 2 texts a request, got 3. Send them in parts."),
    };
    expect(await post(service, ["a", "b", "c"])).toMatchObject(refused);
    expect(await post(service, '"a"\n"b"\n"c"\n', { type: "application/x-ndjson" })).toMatchObject(refused);
    expect(await post(service, ["a", "b"])).toMatchObject({ status: 200 });
  });

  test("end a request that takes too long, and do not begin what nobody waits for", async () => {
    const first = latch();
    const model = slowModel(() => first.wait);
    const service = await serving(model, { limits: { seconds: 0.2 } });
    const late = await Promise.all([post(service, text), post(service, text)]);
    expect(late[0]).toMatchObject({
      status: 503,
      body: message("expected an answer within 0.2 s, got none."),
    });
    expect(late[0].headers.get("retry-after")).toBe("1");
    expect(late[1].status).toBe(503);
    const passes = model.asked.length;
    first.open();
    expect(await post(service, text)).toMatchObject({ status: 200 });
    expect(model.asked.length).toBe(passes + 1);
  });

  test("let so many requests in, keep so many waiting and refuse the rest at once", async () => {
    const pass = latch();
    const model = slowModel(() => pass.wait);
    const service = await serving(model, { limits: { requests: 2, queue: 3 } });
    const load = async (): Promise<unknown> => (await ask(service, "/health")).body;
    const accepted = Array.from({ length: 5 }, () => post(service, text));
    await until(async () => {
      const { running, queue } = (await load()) as { running: number; queue: number };
      return running === 2 && queue === 3;
    });
    const refused = await post(service, text);
    expect(refused).toMatchObject({
      status: 503,
      body: message("at most 2 requests at a time and 3 that wait"),
    });
    expect(refused.headers.get("retry-after")).toBe("1");
    pass.open();
    expect((await Promise.all(accepted)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await load()).toMatchObject({ running: 0, queue: 0, predictions: 5 });
  });

  test("free the place of a client that has gone", async () => {
    const pass = latch();
    const service = await serving(
      slowModel(() => pass.wait),
      { limits: { requests: 1, queue: 1 } },
    );
    const [running, waiting] = [new AbortController(), new AbortController()];
    const sent = [running, waiting].map(({ signal }) =>
      ask(service, "/predict", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: text,
        signal,
      }),
    );
    const load = async (): Promise<unknown> => (await ask(service, "/health")).body;
    await until(async () => ((await load()) as { queue: number }).queue === 1);
    for (const controller of [waiting, running]) controller.abort();
    await Promise.allSettled(sent);
    await until(async () => ((await load()) as { running: number }).running === 0);
    expect(await load()).toMatchObject({ running: 0, queue: 0 });
    pass.open();
    expect(await post(service, text)).toMatchObject({ status: 200 });
  });

  test("end a body that does not come, and leave others alone", async () => {
    const service = await serving(
      slowModel(() => Promise.resolve()),
      { limits: { seconds: 0.3 } },
    );
    const socket = connect(service.port, service.host);
    let answer = "";
    socket.on("data", (part) => (answer += part.toString()));
    const head = "content-type: application/json\r\ncontent-length: 50";
    socket.write(`POST /predict HTTP/1.1\r\nhost: localhost\r\n${head}\r\n\r\n"a`);
    expect(await post(service, text)).toMatchObject({ status: 200 });
    await until(() => answer.includes("expected an answer within 0.3 s"));
    expect(answer).toMatch(/^HTTP\/1.1 503 /);
    socket.destroy();
  });
});
