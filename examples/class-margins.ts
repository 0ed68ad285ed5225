// Class margins and weights from class counts alone: no libtorch, no Node, so it runs in a browser too.
import {
  effectiveNumberWeights,
  imbalanceRatio,
  ldamMargins,
  profileCounts,
  shotGroups,
} from "leeway/imbalance";

const counts = profileCounts("longtail", { classes: 10, max: 5000, ratio: 100 });
const margins = ldamMargins(counts, { maxMargin: 0.5 }); // Δ_j ∝ n_j^(-1/4)
const weights = effectiveNumberWeights(counts, { beta: 0.9999 });
const groups = shotGroups(counts);

console.log(`imbalance ratio ${imbalanceRatio(counts).toFixed(0)}`);
counts.forEach((count, j) => {
  console.log(count, groups[j], `margin ${margins[j]?.toFixed(3)}`, `weight ${weights[j]?.toFixed(2)}`);
});
