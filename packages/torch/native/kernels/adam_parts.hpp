// What Adam's loops read and write.
#pragma once

#include <cstdint>

namespace leeway {
namespace kernels {

template <typename Number>
struct AdamValues {
  Number* parameter;
  const Number* gradient;
  Number *mean, *square;

  AdamValues from(int64_t i) const { return {parameter + i, gradient + i, mean + i, square + i}; }
};

// parameter' = shrink parameter, gradient' = gradient + decay parameter'; mean and square go on with these, and the
// step is rate mean / (scale root(square) + eps).
template <typename Number>
struct AdamFactors {
  Number keepMean, addMean, keepSquare, addSquare, rate, scale, eps, decay, shrink;
};

}  // namespace kernels
}  // namespace leeway
