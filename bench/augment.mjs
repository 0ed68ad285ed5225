// npm run bench:augment: microseconds that an image of 32 x 32 takes to become input, as it is, by each policy of
// --augment with cutout, and with the further views of proco and bcl beside AutoAugment's, on all threads; the best of five
// passes over 5,000 images.
import { scope } from "@leeway/torch";
import { augmentPolicies } from "../packages/leeway/dist/catalogue/index.js";
import { imageDataset } from "../packages/leeway/dist/data/index.js";
import { methodOf } from "../packages/leeway/dist/methods/index.js";
import { random } from "../packages/leeway/dist/random.js";

const count = 5000;
const noise = random(0, "pixels");
const images = imageDataset({
  ...{ name: "noise", classNames: ["a", "b"], labels: new Int32Array(count) },
  ids: Uint32Array.from({ length: count }, (_, i) => i),
  shape: { channels: 3, height: 32, width: 32 },
  pixels: Uint8Array.from({ length: count * 3072 }, (_, i) => 100 * (Math.sin(i / 50) + 1) + noise.below(50)),
  ...{ mean: [0.5, 0.5, 0.5], std: [0.2, 0.2, 0.2], augment: { pad: 4, flip: true } },
});

const withViews = ["proco", "bcl"].map((method) => ({ method, name: "autoaugment" }));
for (const { name, method } of [undefined, ...augmentPolicies].map((name) => ({ name })).concat(withViews)) {
  const passes = [0, 1, 2, 3, 4].map((epoch) => {
    const policy = name && { name, random: random(0, "policy", epoch) };
    const views = method && { rules: methodOf(method).contrast.views, random: random(0, "views", epoch) };
    const vary = { random: random(0, "augment", epoch), cutout: name && 16, policy, views };
    const began = performance.now();
    for (const { inputs } of images.batches(images.ids, { batchSize: 128, vary })) {
      scope(() => inputs[0].toTensor("cpu"));
    }
    return (1000 * (performance.now() - began)) / count;
  });
  const label = method ? `three views, ${method}` : (name ?? "as it is");
  console.log(`${label.padEnd(20)}${Math.min(...passes).toFixed(1)} µs an image`);
}
