// What the loops of an LSTM read and write. States and gradients are rows of `gate` values, which is the number of
// units rounded up, or of four times as many: input, forget, cell and output gate. What a backward pass reads of its
// forward pass lies in the order in which both go through it: of kLanes units all rows of a step, with the four gates
// side by side.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <type_traits>

namespace leeway {
namespace kernels {

// What a stored number is computed with.
template <typename Storage>
using NumberOf = std::conditional_t<std::is_same_v<Storage, at::BFloat16>, float, Storage>;

// Rows that one call of a product and of a cell takes, and that threads share out: the same for every number of them.
constexpr int kGroup = 16;

// Rows of the left side of a product.
template <typename Storage>
struct LstmFactor {
  const Storage* values;
  int64_t stride, width;
};

template <typename Storage>
struct LstmForward {
  const NumberOf<Storage>* bias;
  NumberOf<Storage>* cell;
  NumberOf<Storage>*gates, *before;  // for a backward pass: the gates, and the cells of the step before; may be null
  Storage* hidden;                          // of the next step, where `next` of the rows go on
  Storage* output;
  int64_t gate, outputStride;
  int64_t units;  // from here to the last one
  int next;
};

template <typename Storage>
struct LstmBackward {
  const NumberOf<Storage>*gates, *before;
  int64_t nextGates, nextBefore;  // from one kLanes units to the next
  const Storage* output;          // its gradient
  NumberOf<Storage>*cell, *bias;  // the gradients that are carried from step to step and from row to row
  Storage* gradient;              // of the sums that the gates are made of
  int64_t gate, outputStride, gradientStride;
  int64_t units;
};

}  // namespace kernels
}  // namespace leeway
