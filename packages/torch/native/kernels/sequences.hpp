// Sequences of different lengths as rows without padding: the first entries of all of them, longest first, then the
// second ones of those that have one, and so on. The entries of a step lie together, and what has ended takes no part.
#pragma once

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace leeway {
namespace kernels {

struct Sequences {
  std::vector<int64_t> order;   // the places of the sequences, longest first
  std::vector<int64_t> counts;  // of sequences that have a step
  std::vector<int64_t> starts;  // of the rows of a step
  int64_t rows = 0;

  explicit Sequences(const at::Tensor& lengths) {
    TORCH_CHECK(lengths.dim() == 1 && lengths.is_cpu() && lengths.scalar_type() == at::kLong,
                "expected lengths to be one dimension of int64 on the CPU, got ", lengths.scalar_type(), " of shape ",
                lengths.sizes(), " on ", lengths.device());
    const at::Tensor held = lengths.contiguous();
    const int64_t* all = held.data_ptr<int64_t>();
    order.resize(lengths.numel());
    std::iota(order.begin(), order.end(), int64_t{0});
    for (int64_t i : order) TORCH_CHECK(all[i] >= 1, "expected lengths of at least 1, got ", all[i]);
    std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) { return all[a] > all[b]; });
    counts.resize(order.empty() ? 0 : all[order[0]]);
    starts.resize(counts.size());
    int64_t count = size();
    for (int64_t step = 0; step < steps(); step++) {
      while (all[order[count - 1]] <= step) count--;
      counts[step] = count;
      starts[step] = rows;
      rows += count;
    }
  }

  int64_t size() const { return static_cast<int64_t>(order.size()); }
  int64_t steps() const { return static_cast<int64_t>(counts.size()); }
  int64_t lengthOf(int64_t sequence) const {
    return std::partition_point(counts.begin(), counts.end(), [&](int64_t count) { return count > sequence; }) -
           counts.begin();
  }
};

}  // namespace kernels
}  // namespace leeway
