import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe as suite, expect, test, vi } from "vitest";
import { RunError } from "../../src/errors.ts";
import { load } from "../../src/exported/index.ts";
import {
  filesOfBytes,
  type LoadOptions,
  type ModelBytes,
  type ModelSource,
  openModel,
} from "../../src/inference/index.ts";
import {
  ModelProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProtoSchema,
  TensorProto_DataLocation,
} from "../../src/onnx/onnx_pb.ts";
import { temporaryFolder } from "../storage/temporary-folder.ts";
import { identityGraph, smallModel } from "./small-model.ts";

const row = { a: 0, b: 1, c: 0, colour: "red" };

function written(files: ModelBytes): string {
  const folder = temporaryFolder();
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes as Uint8Array);
  return folder;
}

async function faultOf(source: ModelSource, options?: LoadOptions): Promise<string> {
  const model = await load(source, options).catch((error: unknown) => (error as Error).message);
  if (typeof model === "string") return model;
  await model.close();
  return "";
}

suite("load", () => {
  test("takes a folder, a file: address, an address of a server, and bytes", async () => {
    const files = smallModel();
    const folder = written(files);
    const server = createServer(({ url = "" }, answer) => {
      const found = files[url.replace("/models/a/", "")] as Uint8Array | undefined;
      answer.writeHead(found === undefined ? 404 : 200).end(found);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const address = `http://127.0.0.1:${port}/models/a/`;
      for (const source of [folder, pathToFileURL(folder), address, new URL(address), files]) {
        const model = await load(source);
        expect(await model.predict(row)).toMatchObject({ class: "y" });
        await model.close();
      }
      expect(await faultOf(address.replace("/a/", "/b/"))).toContain(
        "/b/model.json: expected the folder of an exported",
      );
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  test("asks for a decision unless the manifest says that there is none", async () => {
    const asked: string[] = [];
    const server = createServer(({ url = "" }, answer) => {
      const [, folder = "", name = ""] = url.split("/");
      asked.push(`${folder} ${name}`);
      const manifest = folder === "older" ? {} : { decision: folder === "lost" };
      const found = smallModel({ manifest })[name] as Uint8Array | undefined;
      answer.writeHead(found === undefined ? 404 : 200).end(found);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      for (const folder of ["older", "without"]) await (await load(`${address}/${folder}`)).close();
      expect(asked).toContain("older decision.json");
      expect(asked).toContain("without model.onnx");
      expect(asked).not.toContain("without decision.json");
      expect(await faultOf(`${address}/lost`)).toContain(
        "decision.json: expected a file of the model, got none",
      );
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  test("blames the machine where there is no runtime, or nothing to verify files by", async () => {
    const message = "load: expected onnxruntime-node or onnxruntime-web, got neither. Install one.";
    const open = openModel(filesOfBytes(smallModel()), {
      open: () => Promise.reject(new RunError("environment", message)),
    });
    await expect(open).rejects.toMatchObject({ code: "environment", message });
    vi.stubGlobal("crypto", {}); // as on a page that is served neither over https nor from localhost
    try {
      expect(await faultOf(smallModel())).toBe(
        "load: expected crypto.subtle, by which a model's files are verified, got a page without it. " +
          "Serve the page over https or from localhost, or load with unverified.",
      );
      expect(await faultOf(smallModel(), { unverified: true })).toBe("");
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test("takes onnxruntime as an option", async () => {
    const asked: string[] = [];
    const { InferenceSession, Tensor } = await import("onnxruntime-node");
    const runtime = {
      Tensor,
      InferenceSession: {
        create: (graph: Uint8Array, options: object) => {
          asked.push(...Object.keys(options));
          return InferenceSession.create(graph, options);
        },
      },
    };
    const model = await load(smallModel(), { runtime, session: { intraOpNumThreads: 1 } });
    expect(await model.predict(row)).toMatchObject({ class: "y" });
    expect(asked).toContain("intraOpNumThreads");
  });

  test("runs nothing that model.json does not name, unless it is told to", async () => {
    let created = 0;
    const { InferenceSession, Tensor } = await import("onnxruntime-node");
    const create = (graph: Uint8Array): Promise<unknown> => {
      created++;
      return InferenceSession.create(graph);
    };
    const runtime = { Tensor, InferenceSession: { create } };
    const own = smallModel();
    const other = { ...own, "model.onnx": Uint8Array.from([...identityGraph(), 0x12, 1, 0x61]) }; // another producer
    const sameSize = Uint8Array.from(own["model.onnx"] as Uint8Array);
    sameSize[sameSize.length - 3]! ^= 1;
    expect(await faultOf(other, { runtime })).toContain("model/model.onnx: expected");
    expect(await faultOf({ ...own, "model.onnx": sameSize }, { runtime })).toContain(
      "model/model.onnx: expected the file that model.json names by its SHA-256, got another. Export the run again, or get a fresh copy. Where you trust it as it is, load with unverified.",
    );
    expect(created).toBe(0);
    expect(await faultOf(other, { runtime, unverified: true })).toBe("");
    expect(created).toBe(1);
  });

  test("says which file is missing, cut off, of another model or no JSON", async () => {
    const own = smallModel();
    const graph = own["model.onnx"] as Uint8Array;
    const without = (name: string): ModelBytes =>
      Object.fromEntries(Object.entries(own).filter(([each]) => each !== name));
    expect(await faultOf(without("model.onnx"))).toContain(
      "model/model.onnx: expected a file of the model, got none there",
    );
    expect(await faultOf(without("preparation.json"))).toContain(
      "model/preparation.json: expected a file of the model",
    );
    expect(await faultOf({ ...own, "model.onnx": graph.slice(0, 50) })).toBe(
      `model/model.onnx: expected ${graph.length} bytes, as model.json says, got only 50. Export the run again, or get a fresh copy.`,
    );
    const changed = new TextEncoder().encode(
      new TextDecoder().decode(own["preparation.json"]).replace('"mean":0', '"mean":1'),
    );
    expect(await faultOf({ ...own, "preparation.json": changed })).toContain(
      "model/preparation.json: expected the file that model.json names by its SHA-256, got another",
    );
    expect(await faultOf({ ...own, "model.json": new TextEncoder().encode("{") })).toContain(
      "model/model.json: expected JSON, got something else",
    );
    expect(await faultOf(smallModel({ manifest: { version: 2 } }))).toContain("got 2. Update Leeway.");
    expect(await faultOf(smallModel({ manifest: { kind: "sound" } }))).toContain(
      "model/model.json: expected kind to be one of",
    );
    expect(await faultOf(smallModel({ manifest: { priorCounts: [1, 2] } }))).toContain(
      "expected 3 priorCounts, one a class, got 2",
    );
    expect(await faultOf(written({}))).toContain(
      "model.json: expected the folder of an exported model, got none there",
    );
  });
});

suite("a graph that model.json names", () => {
  const changed = (change: (model: ReturnType<typeof parse>) => void): ModelBytes => {
    const model = parse();
    change(model);
    return smallModel({ graph: toBinary(ModelProtoSchema, model) });
  };
  const parse = () => fromBinary(ModelProtoSchema, identityGraph());

  test("is refused for weights in another file, or fewer than it declares", async () => {
    const weight = { name: "w", dataType: 1, dims: [4n] };
    const external = changed(({ graph }) => {
      const dataLocation = TensorProto_DataLocation.EXTERNAL;
      graph!.initializer.push(create(TensorProtoSchema, { ...weight, dataLocation }));
    });
    expect(await faultOf(external)).toContain(
      'model/model.onnx: expected all weights in the file, got "w" in another one',
    );
    const huge = changed(({ graph }) => {
      const dims = [1n << 30n, 1n << 30n];
      graph!.initializer.push(create(TensorProtoSchema, { ...weight, dims, rawData: new Uint8Array(16) }));
    });
    expect(await faultOf(huge)).toContain(
      'expected weights with all their numbers, got "w", which declares more',
    );
  });

  test("is refused for operators of others, other inputs, and no logits", async () => {
    const custom = changed(({ opsetImport }) => {
      opsetImport.push(create(OperatorSetIdProtoSchema, { domain: "evil", version: 1n }));
    });
    expect(await faultOf(custom)).toContain(
      'expected operators of the ONNX standard alone, got those of "evil"',
    );
    const renamed = changed(({ graph }) => (graph!.input[0]!.name = "pixels"));
    expect(await faultOf(renamed)).toContain(
      'expected inputs among numbers, codes, as the preparation makes them, got "pixels"',
    );
    const silent = changed(({ graph }) => (graph!.output[0]!.name = "z"));
    expect(await faultOf(silent)).toContain("expected an output called logits, got z");
  });

  test("is refused for what is no ONNX", async () => {
    for (const bytes of [new Uint8Array(0), Uint8Array.of(7, 7, 7), new TextEncoder().encode("<html>")]) {
      expect(await faultOf(smallModel({ graph: bytes }))).toContain(
        "model/model.onnx: expected an ONNX file, got",
      );
    }
  });
});

suite("an exported model", () => {
  const examples = Array.from({ length: 60 }, (_, i) => ({ ...row, a: i % 3, c: i % 5 }));

  test("predicts one as one, many as many, with probabilities of the scale and any prior", async () => {
    const model = await load(smallModel());
    const of = (z: readonly number[]): number[] => {
      const powers = z.map((each) => Math.exp(2 * each));
      return powers.map((power) => power / powers.reduce((sum, each) => sum + each, 0));
    };
    const one = await model.predict(row);
    expect(one.class).toBe("y");
    ["x", "y", "z"].forEach((name, j) => {
      expect(one.probabilities[name]).toBeCloseTo(of([0, 1, 0])[j]!, 6);
    });
    expect((await model.predict([row, { ...row, a: 3 }])).map((each) => each.class)).toEqual(["y", "x"]);
    const moved = await model.predict(row, { prior: { x: 1e6, y: 1, z: 1 } });
    expect(moved.class).toBe("x");
    expect(await model.predict([])).toEqual([]);
    await expect(model.predict(row, { prior: "auto" })).rejects.toThrow("since the run has no calibration");
    await expect(model.predict(row, { prior: { x: 1 } })).rejects.toThrow("prior.y to be a share");
    await model.close();
  });

  test("answers overlapping calls alike, and those before it is closed", async () => {
    const model = await load(smallModel());
    const alone = await model.predict(examples);
    const calls = examples.map((each) => model.predict(each));
    const closing = model.close();
    expect(await Promise.all(calls)).toEqual(alone);
    await closing;
    await expect(model.predict(row)).rejects.toThrow("expected a model that is open, got a closed one");
  });

  test("notes categories that training had not, and names the row of a fault", async () => {
    const model = await load(smallModel());
    const notes: string[] = [];
    await model.predict([row, { ...row, colour: "blue" }], { onNote: (note) => notes.push(note) });
    expect(notes).toEqual(['column "colour": 1 values that training had not, the first "blue" in row 2']);
    await expect(model.predict([row, { ...row, b: "?!" }])).rejects.toThrow(
      "expected examples[1].b to be a finite number",
    );
    await expect(model.predict({ ...row, b: "?!" })).rejects.toThrow("expected b to be a finite number");
    await model.close();
  });

  test("ends calls that are aborted, also while they wait", async () => {
    const model = await load(smallModel());
    await expect(model.predict(row, { signal: AbortSignal.abort() })).rejects.toThrow("aborted");
    const leaving = new AbortController();
    const first = model.predict(examples);
    const waiting = model.predict(examples, { signal: leaving.signal });
    leaving.abort(new Error("gone"));
    await expect(waiting).rejects.toThrow("gone");
    expect(await first).toHaveLength(60);
    await model.close();
  });

  test("applies a decision of its weights, and refuses one of others", async () => {
    const outcome = { examples: 0, classes: [] };
    const decision = {
      ...{
        version: 1,
        decidedAt: "2026-01-01T00:00:00Z",
        leeway: "0.1.0",
        command: [],
        model: "0".repeat(64),
      },
      ...{ classNames: ["x", "y", "z"], requested: { costs: [] }, rule: { thresholds: [0.05, null, null] } },
      ...{ validation: outcome, test: outcome, earlier: 0 },
    };
    const model = await load(smallModel({ decision }));
    expect(await model.predict(row)).toMatchObject({ class: "y", decision: "x" });
    expect(await model.predict(row, { decision: "none" })).not.toHaveProperty("decision");
    const other = await load(smallModel({ decision: { ...decision, model: "1".repeat(64) } }));
    await expect(other.predict(row)).rejects.toThrow(
      "expected a decision of the model's weights, got one of others",
    );
    expect(await other.predict(row, { decision: "none" })).toMatchObject({ class: "y" });
    await Promise.all([model.close(), other.close()]);
  });
});
