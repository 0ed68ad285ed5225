// What operators compute over the batches of all ranks of a training, where these are to share it.
#pragma once

#include <ATen/ATen.h>

#include <memory>
#include <vector>

namespace leeway {
namespace kernels {

struct AcrossRanks {
  virtual ~AcrossRanks() = default;
  // Adds up a contiguous tensor over all ranks, in place: the same bits on each of them.
  virtual void sum(at::Tensor& values) = 0;

  void sum(std::vector<double>& values) {
    at::Tensor all = at::from_blob(values.data(), {static_cast<int64_t>(values.size())}, at::kDouble);
    sum(all);
  }
};

// Of this thread, for the time of a step; nullptr where each process computes by itself.
inline std::shared_ptr<AcrossRanks>& acrossRanks() {
  thread_local std::shared_ptr<AcrossRanks> current;
  return current;
}

}  // namespace kernels
}  // namespace leeway
