// npm run bench:augment: microseconds that an image of 32 x 32 takes to become input, as it is and by each policy of
// --augment with cutout, on all threads; the best of five passes over 5,000 images.
import { scope } from "@leeway/torch";
import { augmentPolicies } from "../packages/leeway/dist/catalogue/index.js";
import { imageDataset } from "../packages/leeway/dist/data/index.js";
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

for (const name of [undefined, ...augmentPolicies]) {
  const passes = [0, 1, 2, 3, 4].map((epoch) => {
    const policy = name && { name, random: random(0, "policy", epoch) };
    const vary = { random: random(0, "augment", epoch), cutout: name && 16, policy };
    const began = performance.now();
    for (const { inputs } of images.batches(images.ids, { batchSize: 128, vary })) {
      scope(() => inputs[0].toTensor("cpu"));
    }
    return (1000 * (performance.now() - began)) / count;
  });
  console.log(`${(name ?? "as it is").padEnd(16)}${Math.min(...passes).toFixed(1)} µs an image`);
}
