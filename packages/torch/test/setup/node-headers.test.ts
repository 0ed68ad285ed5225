import { existsSync } from "node:fs";
import { join } from "node:path";
import { nodeHeaders } from "@leeway/torch/setup";
import { describe as suite, expect, test } from "vitest";
import { nodeGypEnvironment } from "../../src/setup/node-headers.ts";
import { scratchFolder, writeFiles } from "./scratch.ts";

suite("nodeHeaders", () => {
  test("finds a prefix with headers, or none", () => {
    const prefix = nodeHeaders({ env: {} });
    expect(prefix === undefined || existsSync(join(prefix, "include/node/node_api.h"))).toBe(true);
  });

  test("never takes headers of another major version", () => {
    const prefix = scratchFolder();
    writeFiles(prefix, { "include/node/node_version.h": "#define NODE_MAJOR_VERSION 4\n" });
    expect(nodeHeaders({ env: { npm_config_nodedir: prefix } })).not.toBe(prefix);
  });

  test("takes what npm was told before what /usr has", () => {
    const prefix = join(scratchFolder(), "node");
    const major = process.versions.node.split(".")[0]!;
    writeFiles(prefix, { "include/node/node_version.h": `#define NODE_MAJOR_VERSION ${major}\n` });
    const beside = nodeHeaders({ env: {} });
    const found = nodeHeaders({ env: { NPM_CONFIG_NODEDIR: prefix } });
    expect([prefix, beside]).toContain(found);
    expect(found).toBeDefined();
  });
});

suite("nodeGypEnvironment", () => {
  test("drops npm's nodedir and loglevel in every spelling, what is empty, and nothing else", () => {
    const env = {
      npm_config_nodedir: "",
      NPM_CONFIG_NODEDIR: "/usr",
      npm_config_loglevel: "silent",
      npm_config_jobs: "2",
      CXX: "",
      PATH: "/bin",
    };
    expect(nodeGypEnvironment(env)).toEqual({ npm_config_jobs: "2", PATH: "/bin" });
  });
});
