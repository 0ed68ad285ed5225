import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, describe as suite, expect, test } from "vitest";
import { random } from "../../src/random.ts";
import {
  armFailpoints,
  newestCheckpoint,
  passedFailpoints,
  removeCheckpoints,
  removeDamaged,
  writeCheckpoint,
} from "../../src/storage/index.ts";
import { folderInMemory } from "./temporary-folder.ts";

afterEach(() => {
  armFailpoints(undefined);
});

/** Files of a checkpoint that tell which one it is. */
function filesOf(tag: number): Record<string, Uint8Array> {
  return {
    "tensors.safetensors": Uint8Array.from({ length: 400 }, (_, i) => (i * tag) % 251),
    "state.json": Buffer.from(`{"tag":${tag}}\n`),
  };
}

function written(tags: readonly number[], best?: number): string {
  const run = folderInMemory();
  for (const tag of tags) writeCheckpoint(run, filesOf(tag), { best: tag === best });
  return run;
}

function tagOf(run: string): number {
  const { "state.json": state } = newestCheckpoint(run).checkpoint.files;
  return (JSON.parse(Buffer.from(state!).toString()) as { tag: number }).tag;
}

const inNewest = (run: string, file: string): string => join(newestCheckpoint(run).checkpoint.path, file);

suite("writeCheckpoint", () => {
  test("gives back the bytes it was given", () => {
    const { checkpoint, damaged } = newestCheckpoint(written([3]));
    expect(checkpoint.name).toBe("000001");
    const given = filesOf(3);
    for (const name of Object.keys(given))
      expect(Buffer.compare(checkpoint.files[name]!, given[name]!)).toBe(0);
    expect(damaged).toEqual([]);
  });
  test("writes the manifest last, when all else is on the disk", () => {
    armFailpoints("");
    const run = written([1]);
    const finished = passedFailpoints().length;
    armFailpoints(`rename:3:lost`); // the third file
    expect(() => writeCheckpoint(run, filesOf(2))).toThrow("manifest.json: expected to write the file");
    expect(finished).toBeGreaterThan(3 * 5);
    armFailpoints(undefined);
    expect(tagOf(run)).toBe(1);
  });
  test("keeps the newest two and the newest that is the best", () => {
    const run = written([1, 2, 3, 4, 5], 2);
    expect(readdirSync(join(run, "checkpoints")).sort()).toEqual(["000002", "000004", "000005"]);
  });
  test("removes what was never finished", () => {
    const run = written([1]);
    mkdirSync(join(run, "checkpoints", "000002"));
    writeFileSync(join(run, "checkpoints", "000002", "state.json"), "{");
    writeCheckpoint(run, filesOf(3));
    expect(readdirSync(join(run, "checkpoints")).sort()).toEqual(["000001", "000003"]);
  });
  test("loses no checkpoint that was acknowledged, wherever the disk fails", () => {
    armFailpoints("");
    written([1, 2, 3, 4]);
    const places = passedFailpoints();
    for (const place of places) {
      const run = folderInMemory();
      armFailpoints(`${place}:lost`);
      let acknowledged = 0;
      try {
        for (const tag of [1, 2, 3, 4]) {
          writeCheckpoint(run, filesOf(tag));
          acknowledged = tag;
        }
      } catch (error) {
        expect(error).toMatchObject({ name: "RunError", code: "run" });
      }
      armFailpoints(undefined);
      expect(acknowledged, place).toBeLessThan(4);
      if (acknowledged > 0) expect([acknowledged, acknowledged + 1], place).toContain(tagOf(run));
      writeCheckpoint(run, filesOf(9)); // whatever was left behind does not stand in the way
      expect(tagOf(run)).toBe(9);
    }
    expect(places.length).toBeGreaterThan(60);
  });
});

suite("newestCheckpoint", () => {
  const draw = random(5, "damage");

  /** Damages the newest of two, and gives what is said of it; fails where the older one is not used instead. */
  function faultOf(damage: (path: string) => void, file: string): string {
    const run = written([1, 2]);
    damage(inNewest(run, file));
    const { damaged } = newestCheckpoint(run);
    expect(tagOf(run)).toBe(1);
    expect(damaged.map(({ name }) => name)).toEqual(["000002"]);
    return damaged[0]!.fault;
  }

  const files = ["tensors.safetensors", "state.json", "manifest.json"];

  test("notices any of 200 flipped bits, and takes the one before", () => {
    for (let i = 0; i < 200; i++) {
      const file = files[i % 3]!;
      const fault = faultOf((path) => {
        const bytes = readFileSync(path);
        const at = draw.below(bytes.length);
        bytes[at] = bytes[at]! ^ (1 << draw.below(8));
        writeFileSync(path, bytes);
      }, file);
      expect(fault).toBe(`${file} holds other bytes than were written`);
    }
  });
  test("notices any of 50 truncations, and takes the one before", () => {
    for (let i = 0; i < 50; i++) {
      const file = files[i % 3]!;
      const fault = faultOf((path) => {
        truncateSync(path, draw.below(readFileSync(path).length));
      }, file);
      expect(fault).toMatch(
        new RegExp(`^${file} (is empty|is cut off: \\d+ of \\d+ bytes|holds other bytes)`),
      );
    }
  });
  test.for([
    [
      "a missing file",
      "tensors.safetensors",
      "is missing",
      (path: string) => {
        rmSync(path);
      },
    ],
    [
      "an empty file",
      "state.json",
      "is empty",
      (path: string) => {
        truncateSync(path);
      },
    ],
    [
      "a longer file",
      "state.json",
      "is too long: 11 instead of 10 bytes",
      (path: string) => {
        writeFileSync(path, " ", { flag: "a" });
      },
    ],
    [
      "a missing manifest",
      "manifest.json",
      "is missing: it was not finished",
      (path: string) => {
        rmSync(path);
      },
    ],
    [
      "an empty manifest",
      "manifest.json",
      "is empty",
      (path: string) => {
        truncateSync(path);
      },
    ],
  ] as const)("names %s", ([, file, fault, damage]) => {
    expect(faultOf(damage, file)).toBe(`${file} ${fault}`);
  });
  test("says of each why, where all are damaged", () => {
    const run = written([1, 2]);
    for (const name of ["000001", "000002"]) truncateSync(join(run, "checkpoints", name, "state.json"), 4);
    expect(() => newestCheckpoint(run)).toThrow(
      `${join(run, "checkpoints")}: expected a whole checkpoint to go on from, got only damaged ones: ` +
        "000002 (state.json is cut off: 4 of 10 bytes), 000001 (state.json is cut off: 4 of 10 bytes). " +
        "Train the run again from the start.",
    );
  });
  test("says that there is none", () => {
    expect(() => newestCheckpoint(folderInMemory())).toThrow("to go on from, got none");
  });
});

suite("removeDamaged", () => {
  test("lets the whole one that was used count among the newest", () => {
    const run = written([1, 2, 3]);
    truncateSync(inNewest(run, "state.json"));
    truncateSync(inNewest(run, "tensors.safetensors").replace("000003", "000002"), 0);
    writeFileSync(join(run, "checkpoints", "000002", "manifest.json"), "");
    expect(() => newestCheckpoint(run)).toThrow("only damaged ones");
    const other = written([1, 2]);
    truncateSync(inNewest(other, "state.json"));
    removeDamaged(newestCheckpoint(other).damaged);
    writeCheckpoint(other, filesOf(7));
    expect(readdirSync(join(other, "checkpoints"))).toEqual(["000001", "000002"]);
    expect(tagOf(other)).toBe(7);
  });
});

suite("removeCheckpoints", () => {
  test("leaves nothing", () => {
    const run = written([1, 2]);
    removeCheckpoints(run);
    expect(existsSync(join(run, "checkpoints"))).toBe(false);
  });
});
