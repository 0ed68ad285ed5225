// What ranks-job.mjs trains, and the files it reads: LDAM-DRW, balanced softmax, DRS, mixup, CutMix, CMO and SAM on images,
// tables and texts, with class weights of 1:1000, and three whole runs, of which one begins from another network.

/**
 * @param {string} folder of the files
 * @param {{ steps: number, rate?: number }} options
 * @returns {{ jobs: { name: string, kind: string, steps?: number, whole?: boolean, begun?: boolean, recipe: object }[], files: Record<string, string> }}
 */
export function rankJobs(folder, { steps, rate = 0.001 }) {
  const next = uniform(7);
  const labels = Array.from({ length: 160 }, (_, i) => ["a", "a", "c", "a", "b", "b", "a", "a"][i % 8]);
  const [table, texts] = [`${folder}/table.csv`, `${folder}/texts.csv`];
  const rowOf = (label) => [
    ...["a", "b"].map((each) => (label === each ? 1 : 0) + next()),
    "xyz"[Math.floor(next() * 3)],
    label,
  ];
  const textOf = (label) => {
    const words = Array.from(
      { length: 2 + Math.floor(next() * 8) },
      () => ["some", "more", label][Math.floor(next() * 3)],
    );
    return `${words.join(" ")} ${label}${label},${label}`;
  };
  const files = {
    [table]: ["first,second,colour,class", ...labels.map((label) => rowOf(label).join(",")), ""].join("\n"),
    [texts]: ["text,class", ...labels.map(textOf), ""].join("\n"),
  };
  // 18 and the few that are left over: shares differ, and of the last batch a rank may have none of its own.
  const base = {
    epochs: 50,
    batchSize: 18,
    optimizer: "sgd",
    schedule: { base: rate, warmupEpochs: 0, decays: [] },
  };
  const weight = { classWeight: { blue: 1000 } };
  const images = { ...base, model: "resnet8", ...weight };
  const rows = {
    ...base,
    model: "mlp",
    source: { kind: "table", paths: [table], label: "class" },
    classWeight: { c: 1000 },
  };
  const words = { ...rows, model: "bilstm", source: { kind: "text", paths: [texts], label: "class" } };
  const steppedJobs = [
    ["images, LDAM-DRW, 1:1000", "images", { ...images, method: "ldam-drw", methodOptions: { deferAt: 0 } }],
    ["images, balanced softmax", "images", { ...images, classWeight: {}, method: "balanced-softmax" }],
    ["images, DRS", "images", { ...images, method: "erm-drs", methodOptions: { deferAt: 0 } }],
    ["images, mixup, 1:1000", "images", { ...images, method: "erm", methodOptions: { mixup: 1 } }],
    ["images, CutMix, 1:1000", "images", { ...images, method: "erm", methodOptions: { cutmix: 1 } }],
    // Of so few epochs CMO rests in none.
    ["images, CMO, 1:1000", "images", { ...images, epochs: 33, method: "erm", methodOptions: { cmo: 1 } }],
    ["images, SAM, 1:1000", "images", { ...images, method: "erm", methodOptions: { rho: 0.05 } }],
    ["table, LDAM-DRW, 1:1000", "table", { ...rows, method: "ldam-drw", methodOptions: { deferAt: 0 } }],
    ["table, mixup, 1:1000", "table", { ...rows, method: "erm", methodOptions: { mixup: 1 } }],
    [
      "table, DRS with a minimum",
      "table",
      { ...rows, method: "erm-drs", methodOptions: { deferAt: 0 }, minPerBatch: { c: 2 } },
    ],
    ["texts, LDAM-DRW, 1:1000", "text", { ...words, method: "ldam-drw", methodOptions: { deferAt: 0 } }],
    [
      "texts, balanced softmax and mixup",
      "text",
      { ...words, method: "balanced-softmax", methodOptions: { mixup: 1 } },
    ],
    ["sparse texts, balanced softmax", "text", { ...words, model: "tfidf", method: "balanced-softmax" }],
  ];
  const wholeJobs = [
    ["images, LDAM-DRW", "images", { ...images, classWeight: {}, epochs: 3, method: "ldam-drw" }],
    ["table, cRT", "table", { ...rows, classWeight: {}, epochs: 3, method: "crt" }],
  ];
  const begun = { epochs: 3, freezeEpochs: 1, layerDecay: 0.8, optimizer: "adamw", method: "erm" };
  return {
    files,
    jobs: [
      ...steppedJobs.map(([name, kind, recipe]) => ({ name, kind, steps, recipe })),
      ...wholeJobs.map(([name, kind, recipe]) => ({ name, kind, whole: true, recipe })),
      {
        name: "images, from a network",
        kind: "images",
        whole: true,
        begun: true,
        recipe: { ...images, ...begun },
      },
    ],
  };
}

/** @returns {() => number} numbers in [0, 1), the same for a seed */
function uniform(seed) {
  let state = seed;
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
}
