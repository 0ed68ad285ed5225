// Many tensors as pieces of work of about one size: the parameters of a network.
#pragma once

#include "in_parallel.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace leeway {
namespace kernels {

struct Piece {
  size_t tensor;
  int64_t begin, end;
};

// The same pieces for every number of threads.
inline std::vector<Piece> piecesOf(const std::vector<at::Tensor>& tensors) {
  constexpr int64_t size = 1 << 14;
  std::vector<Piece> pieces;
  for (size_t i = 0; i < tensors.size(); i++) {
    for (int64_t begin = 0; begin < tensors[i].numel(); begin += size) {
      pieces.push_back({i, begin, std::min(begin + size, tensors[i].numel())});
    }
  }
  return pieces;
}

// Calls body(i) for the number of each piece, side by side.
template <typename Body>
void overPieces(const std::vector<Piece>& pieces, const Body& body) {
  inParallel(static_cast<int64_t>(pieces.size()), [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; i++) body(i);
  });
}

// Tells autograd that the values of the tensors are others now.
inline void markWritten(const std::vector<at::Tensor>& tensors) {
  for (const at::Tensor& each : tensors) each.unsafeGetTensorImpl()->bump_version();
}

// Whether two tensors can be read value by value in the order in which they lie in memory.
inline bool lieAlike(const at::Tensor& a, const at::Tensor& b) {
  return a.layout() == at::kStrided && b.layout() == at::kStrided && a.is_cpu() && b.is_cpu() &&
         a.scalar_type() == b.scalar_type() && (a.scalar_type() == at::kFloat || a.scalar_type() == at::kDouble) &&
         a.sizes() == b.sizes() && a.strides() == b.strides() && a.is_non_overlapping_and_dense();
}

}  // namespace kernels
}  // namespace leeway
