import type { MethodRow } from "./row.ts";

const cao = "Cao et al. 2019 (arXiv:1906.07413v2)";
const cui = "Cui et al. 2019 (arXiv:1901.05555)";
const kang = "Kang et al. 2020 (arXiv:1910.09217)";
const menon = "Menon et al. 2021 (arXiv:2007.07314)";
const largestMargin = "the margin is LDAM's largest, not given there";

/** When a stage begins by default: where the learning rate drops first, or for a last layer alone at the end. */
const [drop, end] = [0.8, 0.95];

/**
 * Every method, in the order of the paper's tables: the name that file, option, record and page give it, and the parts
 * that are not the default. A new one is a row here and its page.
 */
export const methods: Readonly<Record<string, MethodRow>> = {
  erm: {
    title: "ERM",
    summary: "cross entropy, every example counts the same",
    source: `the baseline of ${cao}, section 4`,
  },
  focal: {
    title: "Focal",
    summary: "cross entropy in which examples the network is sure of count less",
    source: "Lin et al. 2017 (arXiv:1708.02002), eq. 4",
    loss: "focal",
  },
  ldam: {
    title: "LDAM",
    summary: "cosine logits with wider margins for rarer classes",
    source: `${cao}, eqs. 12-13`,
    loss: "ldam",
  },

  // Balanced from the first epoch on.
  rs: {
    title: "RS",
    summary: "cross entropy, every class drawn equally often",
    source: `a baseline of ${cao}, section 4 (table 1)`,
    sampler: "inverse",
  },
  rw: {
    title: "RW",
    summary: "cross entropy, classes weighted by 1/n_j",
    source: `a baseline of ${cao}, section 4 (table 1)`,
    weights: "inverse",
  },
  "cb-rs": {
    title: "CB-RS",
    summary: "cross entropy, examples drawn by one over their class's effective number",
    source: `${cui}, as a sampler in ${cao}, section 4`,
    sampler: "effective-number",
  },
  "sqrt-rs": {
    title: "Sqrt-RS",
    summary: "cross entropy, classes drawn by the square root of their size",
    source: `Mahajan et al. 2018 (arXiv:1805.00932); ${kang}, eq. 1 with q = 1/2`,
    sampler: "sqrt",
  },
  "cb-rw": {
    title: "CB-RW",
    summary: "cross entropy, classes weighted by one over their effective number",
    source: `${cui}, eq. 3`,
    weights: "effective-number",
  },
  "cb-focal": {
    title: "CB-Focal",
    summary: "focal loss, classes weighted by one over their effective number",
    source: `${cui}, section 4.3`,
    loss: "focal",
    weights: "effective-number",
  },

  // Balanced once the learning rate has dropped.
  "hg-drs": {
    title: "HG-DRS",
    summary: "hinge with one margin for all, then every class drawn equally often",
    source: `${cao}, section 4 (table 2); ${largestMargin}`,
    loss: "margin-hinge",
    margins: "uniform",
    then: { at: drop, sampler: "inverse" },
  },
  "ldam-hg-drs": {
    title: "LDAM-HG-DRS",
    summary: "hinge with wider margins for rarer classes, then every class drawn equally often",
    source: `${cao}, eq. 10 and section 3.3 (table 2)`,
    loss: "margin-hinge",
    then: { at: drop, sampler: "inverse" },
  },
  "m-drw": {
    title: "M-DRW",
    summary: "cosine logits with one margin for all, then class-balanced weights",
    source: `${cao}, section 4 (table 2); ${largestMargin}`,
    loss: "ldam",
    margins: "uniform",
    then: { at: drop, weights: "effective-number" },
  },
  "erm-drs": {
    title: "ERM-DRS",
    summary: "cross entropy, then every class drawn equally often from the deferral on",
    source: `${cao}, section 3.3 with cross entropy (table 5)`,
    then: { at: drop, sampler: "inverse" },
  },
  "erm-drw": {
    title: "ERM-DRW",
    summary: "cross entropy, then class-balanced weights from the deferral on",
    source: `${cao}, Algorithm 1 with cross entropy (table 5)`,
    then: { at: drop, weights: "effective-number" },
  },
  // What deferral avoids, a first stage under weights, is here; then the weights of Algorithm 1 as printed.
  "cb-drw": {
    title: "CB + DRW",
    summary: "weights of one over the effective number, then of 1/n_j from the deferral on",
    source: `${cui} with Algorithm 1 of ${cao}; the pair is named in the authors' response, not spelt out`,
    weights: "effective-number",
    then: { at: drop, weights: "inverse" },
  },
  "ldam-drs": {
    title: "LDAM-DRS",
    summary: "LDAM, then every class drawn equally often from the deferral on",
    source: `${cao}, eqs. 12-13 and section 3.3`,
    loss: "ldam",
    then: { at: drop, sampler: "inverse" },
  },
  "ldam-drw": {
    title: "LDAM-DRW",
    summary: "LDAM, then class-balanced weights from the deferral on",
    source: `${cao}, eqs. 12-13 and Algorithm 1`,
    loss: "ldam",
    then: { at: drop, weights: "effective-number" },
  },

  // Logits by class frequency.
  "logit-adjustment": {
    title: "LA",
    summary: "cross entropy of logits plus τ log π_j, dropped at the test",
    source: `${menon}, eq. 10`,
    loss: "logit-adjustment",
  },
  "balanced-softmax": {
    title: "BS",
    summary: "cross entropy of a softmax weighted by class sizes",
    source: "Ren et al. 2020 (arXiv:2007.10740), eq. 3",
    loss: "balanced-softmax",
  },
  vs: {
    title: "VS",
    summary: "cross entropy of logits stretched by (n_j/n_max)^γ and shifted by τ log π_j",
    source: "Kini et al. 2021 (arXiv:2103.01550), eq. 2",
    loss: "vector-scaling",
  },
  "logit-adjustment-post-hoc": {
    title: "LA post-hoc",
    summary: "plain cross entropy; τ log π_j is taken off the logits when they are read",
    source: `${menon}, eq. 9`,
    posthoc: "logit-adjustment",
  },
  "tau-norm": {
    title: "τ-norm",
    summary: "plain cross entropy; logits are divided by ‖w_j‖^τ when they are read",
    source: `${kang}, eq. 4`,
    posthoc: "tau-norm",
  },

  // The last layer alone; rates are multiples of that at which the network began, 0.1 with SGD.
  crt: {
    title: "cRT",
    summary: "plain cross entropy, then a new last layer with every class drawn equally often",
    source: `${kang}, section 4`,
    then: { at: end, sampler: "inverse", trainable: "classifier", restart: true, rateFactor: 1 },
  },
  lws: {
    title: "LWS",
    summary: "plain cross entropy, then one scale a logit with every class drawn equally often",
    source: `${kang}, section 4`,
    classifier: "scaled-linear",
    then: { at: end, sampler: "inverse", trainable: "scale", rateFactor: 2 },
  },
  // The authors' code has a rate of 0.05 for the layer and of 0.1 for the scales, and no new statistics for CIFAR-10.
  mislas: {
    title: "MiSLAS",
    summary: "mixup first, then the last layer alone under smoothed labels and equal odds",
    source: "Zhong et al. 2021 (arXiv:2104.00466), section 3",
    classifier: "scaled-linear",
    mixup: 1,
    then: {
      ...{ at: end, loss: "label-aware-smoothing", sampler: "inverse" },
      ...{ trainable: "classifier", shiftStatistics: true, rateFactor: 0.5 },
    },
  },

  "bs-head": {
    title: "BS head",
    summary: "plain cross entropy, then a new last layer by balanced softmax on features that rest",
    source: "Ren et al. 2020 (arXiv:2007.10740), decoupled training, without its meta sampler",
    then: { at: end, loss: "balanced-softmax", trainable: "classifier", restart: true, rateFactor: 1 },
  },
  // The authors' second stage has a margin of 0.1, a scale of 20, half the noise, focal weights and mixup.
  gcl: {
    title: "GCL",
    summary:
      "mixup, cosine logits with noise on those of rare classes, then the last layer alone with equal odds",
    source: "Li et al. 2022 (CVPR, Gaussian clouded logit adjustment), eqs. 9 to 11",
    loss: "gaussian-cloud",
    mixup: 1,
    then: { at: end, sampler: "inverse", trainable: "classifier", rateFactor: 1 },
  },

  // With a contrast between further views of images; projections of the sizes that their codes have for ResNet-32.
  proco: {
    title: "ProCo",
    summary: "LA, and LA of two further views by how each class is spread over a sphere",
    source: "Du et al. 2024 (arXiv:2403.06726), and the authors' code",
    loss: "logit-adjustment",
    contrast: {
      ...{ kind: "proco", shares: [1, 1], temperature: 0.1, sizes: [512, 128] },
      views: { minArea: 0.08, blur: 0 },
    },
  },
  bcl: {
    title: "BCL",
    summary: "LA, and a contrast of two further views in which every class counts the same",
    source: "Zhu et al. 2022 (CVPR, Balanced Contrastive Learning), and the authors' code",
    loss: "logit-adjustment",
    contrast: {
      ...{ kind: "bcl", shares: [2, 0.6], temperature: 0.1, sizes: [512, 128] },
      views: { minArea: 0.2, blur: 0.5 },
    },
  },

  // With regularisers.
  "mixup-drw": {
    title: "Mixup-DRW",
    summary: "ERM-DRW on pairs of examples mixed at random",
    source: `Zhang et al. 2018 (arXiv:1710.09412) with Algorithm 1 of ${cao}`,
    then: { at: drop, weights: "effective-number" },
    mixup: 1,
  },
  "ldam-drw-sam": {
    title: "LDAM-DRW-SAM",
    summary: "LDAM-DRW with steps towards flat minima, at twice the cost",
    source:
      "Foret et al. 2021 (arXiv:2010.01412) with LDAM-DRW, as in Rangwani et al. 2022 (arXiv:2212.13827), whose radius it has",
    loss: "ldam",
    then: { at: drop, weights: "effective-number" },
    rho: 0.8,
  },
};
