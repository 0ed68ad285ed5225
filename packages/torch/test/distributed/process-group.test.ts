import { describe as suite, expect, test } from "vitest";
import { distributed, TorchError } from "../../src/index.ts";
import { freePort, rankProgram, spawnRanks } from "./ranks.ts";

const { initProcessGroup } = distributed;

suite("ProcessGroup", () => {
  test("sums, shares and gathers over three ranks, with the same bits on each", async () => {
    const { ended } = await spawnRanks(
      3,
      rankProgram(`
        const { tensor } = torch;
        const { rank } = group;
        const random = torch.rand([1001], { generator: new torch.Generator(rank) });
        tell({
          sum: group.allReduce(tensor(Float32Array.of(rank + 0.5))).toNumbers(),
          whole: group.allReduce(tensor(BigInt64Array.of(2n ** 40n + BigInt(rank)))).toNumbers(),
          double: group.sum([rank, 0.25]),
          shared: group.broadcast(tensor(Float32Array.of(rank)), { root: 2 }).toNumbers(),
          gathered: group.allGather(tensor([rank, rank + 1], [2, 1])),
          bytes: group.gatherBytes(Buffer.from("x".repeat(rank))).map((bytes) => bytes.length),
          word: Buffer.from(group.shareBytes(rank === 0 ? Buffer.from("ranks") : null)).toString(),
          bits: group.allReduce(random).toNumbers().reduce((sum, each, i) => sum + each * i, 0),
          strided: (() => {
            const matrix = tensor([1, 2, 3, 4], [2, 2]);
            group.allReduce(matrix.transpose(0, 1));
            return matrix.toNumbers();
          })(),
        });
        group.barrier();
        group.leave();`),
    );
    const ranks = await ended;
    expect(ranks.map(({ code, stderr }) => [code, stderr])).toEqual(ranks.map(() => [0, ""]));
    const [{ bits, ...first }] = ranks[0]!.told as [{ bits: number }];
    for (const { told } of ranks) expect(told).toEqual(ranks[0]!.told);
    expect(bits).toBeGreaterThan(0);
    expect(first).toMatchObject({
      ...{ sum: [4.5], whole: [3 * 2 ** 40 + 3], double: [3, 0.75], shared: [2] },
      ...{ bytes: [0, 1, 2], word: "ranks", strided: [3, 6, 9, 12] },
    });
  });

  test("names a rank that was killed, to each that waits for it", async () => {
    const { ended } = await spawnRanks(
      3,
      rankProgram(`
        group.barrier();
        if (group.rank === 1) process.kill(process.pid, "SIGKILL");
        for (;;) group.sum([1]);`),
    );
    const ranks = await ended;
    expect(ranks[1]!.signal).toBe("SIGKILL");
    for (const rank of [0, 2]) {
      expect(ranks[rank]!.code).toBe(1);
      const [{ code, message }] = ranks[rank]!.told as [{ code: string; message: string }];
      expect(code).toBe("ranks");
      expect(message).toContain(`rank ${rank} of 3 (127.0.0.1): expected all ranks to join in all-reduce`);
      expect(message).toContain("no sign of life from rank 1 (127.0.0.1)");
    }
  });
});

suite("GradientBuckets", () => {
  test("leave in each parameter the sum of its gradients, and none where there was none", async () => {
    const { ended } = await spawnRanks(
      2,
      rankProgram(`
        const { tensor, distributed } = torch;
        const parameters = [[2, 3], [400_000], [1], [5]].map((shape) => torch.ones(shape));
        for (const parameter of parameters) parameter.requiresGrad = true;
        const buckets = new distributed.GradientBuckets(group, parameters);
        const [a, b, , d] = parameters;
        for (const factor of [1, 10]) {
          for (const parameter of parameters) parameter.clearGrad();
          buckets.during(() => a.sum().mul(b.sum()).mul(d.sum()).mul((group.rank + 1) * factor).backward());
        }
        tell(parameters.map(({ grad }) => grad === null ? null : [grad.shape, grad.toNumbers()[0]]));
        group.leave();`),
    );
    const ranks = await ended;
    // The last of the two passes counts alone: gradients were cleared between them.
    const of = (others: number): number => 30 * others;
    const expected = [[[2, 3], of(400_000 * 5)], [[400_000], of(6 * 5)], null, [[5], of(6 * 400_000)]];
    expect(ranks.map(({ told }) => told[0])).toEqual([expected, expected]);
  });
});

suite("initProcessGroup", () => {
  test("names the ranks that have not come in time", async () => {
    const masterPort = await freePort();
    const joining = initProcessGroup({
      rank: 0,
      size: 3,
      masterAddress: "127.0.0.1",
      masterPort,
      timeout: 3,
    });
    await expect(joining).rejects.toThrow(TorchError);
    await expect(joining).rejects.toThrow(
      `rank 0 of 3 at 127.0.0.1:${masterPort}: expected 3 ranks at 127.0.0.1:${masterPort} within 3 s, got none from rank 1, 2`,
    );
  });

  test("names the address of a store that nobody serves", async () => {
    const masterPort = await freePort();
    const joining = initProcessGroup({
      rank: 1,
      size: 2,
      masterAddress: "127.0.0.1",
      masterPort,
      timeout: 1,
    });
    await expect(joining).rejects.toThrow(`rank 1 of 2 at 127.0.0.1:${masterPort}: `);
  });

  test("refuses a network interface that is not there", async () => {
    const options = { rank: 0, size: 1, masterAddress: "127.0.0.1", masterPort: await freePort() };
    await expect(initProcessGroup({ ...options, interfaceName: "nosuch0" })).rejects.toThrow(
      'expected a network interface with an address, got "nosuch0"',
    );
  });

  test("refuses a rank that is none of its size", async () => {
    const options = { masterAddress: "127.0.0.1", masterPort: 29500 };
    await expect(initProcessGroup({ ...options, rank: 2, size: 2 })).rejects.toThrow(
      "initProcessGroup: expected rank to be a whole number from 0 to 1, got 2.",
    );
  });
});
