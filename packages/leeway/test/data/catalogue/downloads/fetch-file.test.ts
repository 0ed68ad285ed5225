import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe as suite, expect, onTestFinished, test } from "vitest";
import { downloads, fetchFile, type FetchOptions, type FetchProgress } from "../../../../src/data/index.ts";
import type { RemoteFile } from "../../../../src/data/catalogue/downloads/fetch-file.ts";
import { proxyFor } from "../../../../src/data/catalogue/downloads/request.ts";
import { temporaryFolder } from "../../../storage/temporary-folder.ts";

const content = Buffer.from(Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7919) >>> 5));
const pinned = {
  url: "https://example.org/data/file.bin",
  bytes: content.length,
  md5: createHash("md5").update(content).digest("hex"),
};

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that answers each request in its own way, the last again and again; and what it was asked. */
async function serving(...answers: readonly Answer[]): Promise<{ mirror: string; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    answers[Math.min(asked.length, answers.length) - 1]!(request, response); // answers has one
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { mirror: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mirror`, asked };
}

/** All of it, or the range that is asked for. */
const whole: Answer = ({ headers }, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);
  const here = headers["if-range"] === undefined || headers["if-range"] === '"v1"';
  const start = here ? from : 0;
  response.writeHead(start > 0 ? 206 : 200, {
    etag: '"v1"',
    ...(start > 0 && { "content-range": `bytes ${start}-${content.length - 1}/${content.length}` }),
  });
  response.end(content.subarray(start));
};

/** The first bytes, and then the connection breaks. */
const cutAt =
  (length: number): Answer =>
  (_, response) => {
    response.writeHead(200, { etag: '"v1"', "content-length": content.length });
    response.write(content.subarray(0, length), () => response.destroy());
  };

async function fetched(
  folder: string,
  options: FetchOptions,
  file: RemoteFile = pinned,
): Promise<{ path: string; said: FetchProgress[] }> {
  const said: FetchProgress[] = [];
  const fetching = fetchFile(file, folder, { pause: 1, patience: 300, ...options });
  let step = await fetching.next();
  for (; !step.done; step = await fetching.next()) said.push(step.value);
  return { path: step.value, said };
}

suite("fetchFile", () => {
  test("writes the file under its own name and leaves nothing beside", async () => {
    const folder = join(temporaryFolder(), "deep");
    const { mirror, asked } = await serving(whole);
    const { path, said } = await fetched(folder, { mirror });
    expect(asked.map(({ url }) => url)).toEqual(["/mirror/file.bin"]);
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(readdirSync(folder)).toEqual(["file.bin"]);
    expect(said.at(-1)).toEqual({ file: "file.bin", received: content.length, of: content.length });
  });
  test("does not fetch what is there", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "file.bin"), content);
    const { mirror, asked } = await serving(whole);
    await fetched(folder, { mirror });
    expect(asked).toEqual([]);
  });
  test("fetches again what is there and wrong", async () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, "file.bin"),
      content.map((byte) => byte ^ 1),
    );
    const { path } = await fetched(folder, { mirror: (await serving(whole)).mirror });
    expect(readFileSync(path).equals(content)).toBe(true);
  });
  test("goes on where the connection broke", async () => {
    const { mirror, asked } = await serving(cutAt(60_000), whole);
    const { path } = await fetched(temporaryFolder(), { mirror });
    expect(readFileSync(path).equals(content)).toBe(true);
    const { range, "if-range": ifRange } = asked[1]!.headers;
    expect({ range: /^bytes=[1-9]\d*-$/.test(range ?? ""), ifRange }).toEqual({
      range: true,
      ifRange: '"v1"',
    });
  });
  test("goes on where another process left off", async () => {
    const folder = temporaryFolder();
    const broken = await serving(cutAt(60_000));
    await expect(fetched(folder, { mirror: broken.mirror, tries: 1 })).rejects.toThrow(/aborted|only \d+ of/);
    expect(existsSync(join(folder, ".file.bin.part"))).toBe(true);
    const { mirror, asked } = await serving(whole);
    await fetched(folder, { mirror });
    expect(asked[0]!.headers.range).toMatch(/^bytes=[1-9]/);
    expect(readdirSync(folder)).toEqual(["file.bin"]);
  });
  test("begins anew where the server's file has changed since", async () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, ".file.bin.part"),
      content.subarray(0, 1000).map((byte) => byte ^ 1),
    );
    writeFileSync(join(folder, ".file.bin.part.etag"), '"v0"');
    const { path } = await fetched(folder, { mirror: (await serving(whole)).mirror, tries: 1 });
    expect(readFileSync(path).equals(content)).toBe(true);
  });
  test("never keeps a file with another byte, and says both checksums", async () => {
    const folder = temporaryFolder();
    const { mirror } = await serving((_, response) =>
      response.end(content.map((byte, i) => (i === 777 ? byte ^ 1 : byte))),
    );
    await expect(fetched(folder, { mirror, tries: 2 })).rejects.toMatchObject({
      code: "data",
      message: expect.stringMatching(
        new RegExp(
          `expected file.bin of 200000 bytes, got other contents: MD5 [0-9a-f]{32} instead of ${pinned.md5}, 2 times`,
        ),
      ) as unknown,
    });
    expect(readdirSync(folder)).toEqual([]);
  });
  test("stops reading at the pinned size", async () => {
    const folder = temporaryFolder();
    const endless: Answer = (_, response) => {
      const more = (): void => {
        if (!response.destroyed) response.write(content, more);
      };
      more();
    };
    await expect(fetched(folder, { mirror: (await serving(endless)).mirror, tries: 1 })).rejects.toThrow(
      "got more than 200000 bytes",
    );
    expect(readdirSync(folder)).toEqual([]);
  });
  test("gives a server up that stalls, and tries again", async () => {
    const stalls: Answer = (_, response) => void response.write(content.subarray(0, 10));
    const { mirror, asked } = await serving(stalls, whole);
    const { path } = await fetched(temporaryFolder(), { mirror });
    expect(asked).toHaveLength(2);
    expect(readFileSync(path).equals(content)).toBe(true);
  });
  test("follows redirects, but not for ever", async () => {
    const away: Answer = (_, response) => response.writeHead(302, { location: "/elsewhere" }).end();
    const { mirror, asked } = await serving(away, whole);
    await fetched(temporaryFolder(), { mirror });
    expect(asked[1]!.url).toBe("/elsewhere");
    const circle = await serving(away);
    await expect(fetched(temporaryFolder(), { mirror: circle.mirror, tries: 1 })).rejects.toThrow(
      "more than 5 redirects",
    );
  });
  test("says what the server says", async () => {
    const { mirror } = await serving((_, response) => response.writeHead(404).end());
    await expect(fetched(temporaryFolder(), { mirror, tries: 1 })).rejects.toThrow(
      `${mirror}/file.bin: expected file.bin of 200000 bytes, got status 404, once.`,
    );
  });
  test("fetches nothing over plain http that no mirror was named for", async () => {
    const plain = { ...pinned, url: "http://127.0.0.1:9/file.bin" };
    await expect(fetched(temporaryFolder(), { tries: 1 }, plain)).rejects.toThrow("which is not https");
  });
  test("asks for room before the first byte", async () => {
    const huge = { ...pinned, bytes: 2 ** 60 };
    const { mirror, asked } = await serving(whole);
    await expect(fetched(temporaryFolder(), { mirror }, huge)).rejects.toThrow(
      /expected \d+ bytes free, got \d+/,
    );
    expect(asked).toEqual([]);
  });
});

suite("fetchFile of a file whose contents are not known", () => {
  const { url } = pinned;
  const sha256 = createHash("sha256").update(content).digest("hex");
  /** As a server of large files answers: it names what they are, and where they lie. */
  const linked =
    (tag: string): Answer =>
    (_, response) =>
      response.writeHead(302, { location: "/elsewhere", "x-linked-etag": `"${tag}"` }).end();

  test("takes what the server has, below the folder and the mirror as it says", async () => {
    const folder = temporaryFolder();
    const { mirror, asked } = await serving(whole);
    const file = { url, path: "onnx/model.onnx", atMirror: "some/one/model.onnx" };
    const { path, said } = await fetched(folder, { mirror }, file);
    expect(path).toBe(join(folder, "onnx", "model.onnx"));
    expect(asked[0]!.url).toBe("/mirror/some/one/model.onnx");
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(said.at(-1)).toEqual({ file: "onnx/model.onnx", received: content.length });
  });
  test("knows from the server's header that something is missing, and goes on there", async () => {
    const { mirror, asked } = await serving(cutAt(60_000), whole);
    const { path, said } = await fetched(temporaryFolder(), { mirror }, { url });
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(asked[1]!.headers.range).toMatch(/^bytes=[1-9]/);
    expect(said[0]!.of).toBe(content.length);
  });
  test("holds it against the SHA-256 that the server names", async () => {
    const right = await serving(linked(sha256), whole);
    await fetched(temporaryFolder(), { mirror: right.mirror }, { url });
    const wrong = await serving(linked("0".repeat(64)), whole);
    const folder = temporaryFolder();
    await expect(fetched(folder, { mirror: wrong.mirror, tries: 1 }, { url })).rejects.toThrow(
      `expected file.bin, got other contents: SHA-256 ${sha256} instead of ${"0".repeat(64)}, once.`,
    );
    expect(readdirSync(folder)).toEqual([]);
  });
  test("holds it against a SHA-256 that is known, whatever the server names", async () => {
    const { mirror } = await serving(linked("0".repeat(64)), whole);
    const { path } = await fetched(temporaryFolder(), { mirror }, { url, sha256 });
    expect(readFileSync(path).equals(content)).toBe(true);
  });
  test("leaves alone what is there", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "file.bin"), "of the user's own");
    const { mirror, asked } = await serving(whole);
    await fetched(folder, { mirror }, { url });
    expect(asked).toEqual([]);
    expect(readFileSync(join(folder, "file.bin"), "utf8")).toBe("of the user's own");
  });
});

suite("proxyFor", () => {
  const proxy = { HTTPS_PROXY: "http://user:secret@proxy:3128" };
  test("reads HTTPS_PROXY, small letters first", () => {
    expect(proxyFor(new URL("https://a.org"), proxy)?.host).toBe("proxy:3128");
    expect(proxyFor(new URL("https://a.org"), { ...proxy, https_proxy: "http://other:1" })?.host).toBe(
      "other:1",
    );
    expect(proxyFor(new URL("http://a.org"), proxy)).toBeUndefined();
  });
  test.for(["a.org", ".a.org", "b.org, *.a.org", "*"])("leaves out what NO_PROXY=%s names", (list) => {
    expect(proxyFor(new URL("https://x.a.org"), { ...proxy, NO_PROXY: list })).toBeUndefined();
    if (list !== "*") expect(proxyFor(new URL("https://xa.org"), { ...proxy, NO_PROXY: list })).toBeDefined();
  });
  test("refuses what is no URL of a proxy", () => {
    expect(() => proxyFor(new URL("https://a.org"), { HTTPS_PROXY: "proxy" })).toThrow(
      'HTTPS_PROXY: expected a URL such as http://host:3128, got "proxy".',
    );
  });
});

suite("downloads", () => {
  test("are pinned: https, a size and a checksum each", () => {
    for (const { url, bytes, md5 } of downloads.flatMap(({ files }) => files)) {
      expect(url).toMatch(/^https:/);
      expect(bytes).toBeGreaterThan(5000);
      expect(md5).toMatch(/^[0-9a-f]{32}$/);
    }
  });
});
