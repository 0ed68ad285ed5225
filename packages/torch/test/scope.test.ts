import { constants, type PerformanceEntry, PerformanceObserver } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { describe as suite, expect, test } from "vitest";
import {
  empty,
  Generator,
  keep,
  memory,
  nn,
  ones,
  scope,
  slice,
  type Tensor,
  TorchError,
  zeros,
} from "../src/index.ts";

suite("scope", () => {
  test("frees what was made in it, and says so when it is used later", () => {
    let inner: Tensor | undefined;
    scope(() => {
      inner = ones([2]);
    });
    expect(inner!.isDisposed).toBe(true);
    expect(() => inner!.add(1)).toThrow(/aten::add\.Scalar: .*its scope has ended.*keep\(tensor\)/);
    expect(String(inner)).toBe("Tensor (disposed)");
  });

  test("keeps the tensors it returns, in arrays and plain objects, once or twice", () => {
    const shared = () => ones([1]);
    const a = scope(() => shared());
    const { list, more } = scope(() => {
      const twice = shared();
      return {
        list: [twice, twice],
        more: Object.assign<object, { x: Tensor }>(Object.create(null) as object, { x: shared() }),
      };
    });
    expect([a, ...list, more.x].map((t) => t.item())).toEqual([1, 1, 1, 1]);
  });

  test("gives what it returns to the scope outside", () => {
    let kept: Tensor | undefined;
    scope(() => {
      const outer = ones([1]);
      kept = scope(() => [outer, ones([2])])[1];
      expect([outer.item(), kept!.shape]).toEqual([1, [2]]);
    });
    expect(kept!.isDisposed).toBe(true);
  });

  test("keep takes a tensor out of all scopes", () => {
    const kept = scope(() => scope(() => ({ hide: (t: Tensor) => () => t })).hide(keep(ones([3]))))();
    expect(kept.shape).toEqual([3]);
    kept.dispose();
    expect(kept.isDisposed).toBe(true);
  });

  test("a view that is kept keeps its values when the rest goes", () => {
    const view = scope(() => slice(ones([1000]), 0, { end: 2 }));
    scope(() => zeros([1000]));
    expect(view.toNumbers()).toEqual([1, 1]);
  });

  test("may be left after its tensors were disposed", () => {
    const result = scope(() => {
      const [a, b] = [ones([1]), ones([1])];
      a.dispose();
      a.dispose();
      return [a, b];
    });
    expect(result.map((t) => t.isDisposed)).toEqual([true, false]);
  });

  test("returns objects that refer to themselves", () => {
    const circle = scope(() => {
      const made: { self?: object; t: Tensor } = { t: ones([1]) };
      made.self = made;
      return made;
    });
    expect(circle.t.item()).toBe(1);
  });

  test("frees everything when the body throws", () => {
    const before = memory();
    const failing = () => {
      ones([100]);
      scope(() => {
        ones([100]);
        throw new RangeError("mine");
      });
    };
    expect(() => {
      scope(failing);
    }).toThrow(new RangeError("mine"));
    expect(memory()).toEqual(before);
  });

  test("refuses a promise, and anything else with a then", () => {
    expect(() => scope(async () => Promise.resolve(1))).toThrow(TypeError);
    expect(() => scope(() => ({ then: () => undefined }))).toThrow(/scope: expected body to be synchronous/);
  });

  test("keep refuses what is no tensor", () => {
    expect(() => keep(5 as never)).toThrow(TorchError);
    expect(() => keep(5 as never)).toThrow("keep: expected a Tensor, got 5");
  });
});

suite("memory", () => {
  test("counts tensors, and bytes once for all views of a storage", () => {
    scope(() => {
      const before = memory();
      const base = zeros([1000]);
      const view = base.reshape([10, 100]);
      expect(memory()).toEqual({ ...before, tensors: before.tensors + 2, bytes: before.bytes + 4000 });
      base.dispose();
      expect(memory().bytes).toBe(before.bytes + 4000);
      view.dispose();
      expect(memory()).toEqual(before);
    });
  });

  test("counts no bytes on the meta device, where there are none", () => {
    const { bytes } = memory();
    expect(zeros([2 ** 40, 2 ** 20], { device: "meta" }).shape).toEqual([2 ** 40, 2 ** 20]);
    expect(memory().bytes).toBe(bytes);
  });

  test("counts the storage a tensor has after Module.to, not the one it had", () => {
    const before = memory();
    const layer = scope(() => new nn.Linear(100, 10, { bias: false, generator: new Generator(0) }));
    layer.to({ dtype: "float64" });
    expect(memory().bytes - before.bytes).toBe(8000);
    layer.dispose();
    expect(memory()).toEqual(before);
  });

  test("has V8 collect nothing when a tensor is disposed beside much that a scope holds", async () => {
    const collections: PerformanceEntry[] = [];
    const observer = new PerformanceObserver((list) => collections.push(...list.getEntries()));
    observer.observe({ entryTypes: ["gc"] });
    for (let step = 0; step < 200; step++) {
      scope(() => {
        empty([64 * 2 ** 20]); // 256 MiB, as activations have
        zeros([1]).dispose();
      });
      await setTimeout(0); // V8 finishes a collection in a task of its own
    }
    collections.push(...observer.takeRecords());
    observer.disconnect();
    expect(collections.filter(isMajor).length).toBeLessThan(5);
  });

  test("stays flat over 10,000 allocations in scopes", () => {
    const allocate = (times: number) => {
      for (let i = 0; i < times; i++) scope(() => zeros([10_000]).add(1).reshape([100, 100]).shape);
    };
    allocate(1000);
    const [books, resident] = [memory(), process.memoryUsage.rss()];
    allocate(10_000);
    expect(memory()).toEqual(books);
    // 10,000 leaked tensors of 40 kB would be 400 MB; V8's own heap may grow by some tens of MB meanwhile.
    expect(process.memoryUsage.rss() - resident).toBeLessThan(64 * 2 ** 20);
  });
});

/** Node's types leave out what an entry of a collection has beside its name and times. */
function isMajor(entry: PerformanceEntry): boolean {
  const { kind } = (entry as unknown as { readonly detail: { readonly kind: number } }).detail;
  return kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}
