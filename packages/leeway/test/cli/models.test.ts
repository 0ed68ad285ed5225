import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe as suite, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../storage/temporary-folder.ts";
import { type Ended, leeway } from "./leeway-process.ts";

/** A place like Hugging Face's that holds some text under every name. */
async function hub(text: (url: string) => string): Promise<string> {
  const server = createServer(({ url = "" }, response) => {
    response.end(text(url));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function models(args: readonly string[], cache: string, more: Record<string, string> = {}): Promise<Ended> {
  return leeway(["models", ...args], { environment: { XDG_CACHE_HOME: cache, ...more } });
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

suite("leeway models get", () => {
  test("puts files where --init and --backbone look for them, and says what they were", async () => {
    const cache = temporaryFolder();
    const folder = join(cache, "leeway", "models", "resnet18");
    const place = await hub((url) => `contents of ${url}`);
    const { code, stdout, stderr } = await models(["get", "resnet18", "--json"], cache, {
      HF_ENDPOINT: place,
    });
    const paths = ["config.json", "model.safetensors"].map((name) => join(folder, name));
    expect({ code, files: JSON.parse(stdout) as unknown }).toEqual({ code: 0, files: paths });
    expect(stderr).toMatch(/^config\.json {2}0\.0 of 0\.0 MB {2}100\.0 %\n/);
    const text = "contents of /timm/resnet18.a1_in1k/resolve/main/model.safetensors";
    expect(readFileSync(paths[1]!, "utf8")).toBe(text);
    const shown = await models(["resnet18"], cache);
    expect(shown.stdout).toContain(`model.safetensors: ${text.length} bytes, SHA-256 ${sha256(text)}`);
    expect(shown.stdout).toContain(`\nin ${folder}\n`);
  });

  test("refuses a file that is another than at first, and says how to accept it", async () => {
    const cache = temporaryFolder();
    const folder = join(cache, "leeway", "models", "resnet50");
    const first = await hub(() => "at first");
    expect((await models(["get", "resnet50", "--mirror", first], cache)).code).toBe(0);
    rmSync(join(folder, "model.safetensors"));
    const later = await hub(() => "later on");
    const { code, stdout, stderr } = await models(["get", "resnet50", "--mirror", later], cache);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toContain(`SHA-256 ${sha256("later on")} instead of ${sha256("at first")}`);
    expect(stderr).toContain(`${join(folder, "fetched.json")} says what files were when first seen here`);
    rmSync(join(folder, "fetched.json"));
    expect((await models(["get", "resnet50", "--mirror", later], cache)).code).toBe(0);
    expect(readFileSync(join(folder, "config.json"), "utf8")).toBe("at first");
    expect(readFileSync(join(folder, "model.safetensors"), "utf8")).toBe("later on");
  });

  test("holds a file against the checksum that public programs pin", async () => {
    const cache = temporaryFolder();
    const place = await hub(() => "x".repeat(711_661)); // as many bytes as the tokenizer has
    const { code, stderr } = await models(["get", "all-MiniLM-L6-v2", "--mirror", place], cache);
    expect(code).toBe(3);
    expect(stderr).toContain("leeway models all-MiniLM-L6-v2 says which files to put where");
    expect(stderr).toContain("instead of da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0");
  });

  test.for([
    ["resnet180", /expected names among dinov2-small, .*got "resnet180"\. Did you mean "resnet18"\?/],
    ["--mirror", /argument missing/],
  ] as const)("refuses %s", async ([given, message]) => {
    const { code, stdout, stderr } = await models(["get", given], temporaryFolder());
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });
});
