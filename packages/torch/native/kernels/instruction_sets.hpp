// The kernels' loops for each instruction set, and the choice among them at run time.
#pragma once

#include "adam_parts.hpp"
#include "lstm_parts.hpp"

#include <ATen/ATen.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <type_traits>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace leeway {
namespace kernels {

template <typename Number>
struct Moments {
  Number *first, *sum, *squares;
};

template <typename Number>
struct Columns {
  const Number *mean, *scale, *shift;
};

template <typename Number>
struct GradientColumns : Columns<Number> {
  const Number *slope, *offset;
};

// What a backward pass reads: the gradients of both uses of a result where there are two, and y where the ReLU is told by
// its result.
template <typename Storage>
struct Read {
  const Storage *gradient, *other, *y, *x;
};

// How a backward pass knows what the ReLU let through. Its input is computed again from x where nothing was added to it,
// which saves reading the result.
enum class Relu { none, ofResult, ofInput };

// Calls body with a value of the type that the tensor stores.
template <typename Body>
inline auto withStorage(const at::Tensor& x, const Body& body) {
  if (x.scalar_type() == at::kBFloat16) return body(at::BFloat16());
  if (x.scalar_type() == at::kDouble) return body(double());
  return body(float());
}

// Whether a normalisation's kernel computes such values, with parameters in the type that they are computed with. Of
// others the same is made of libtorch's own operators.
inline bool normalizes(const at::Tensor& input, const at::Tensor& weight) {
  const at::ScalarType dtype = input.scalar_type();
  const bool known = dtype == at::kFloat || dtype == at::kBFloat16 || dtype == at::kDouble;
  return input.is_cpu() && known && weight.scalar_type() == (dtype == at::kDouble ? at::kDouble : at::kFloat) &&
         input.numel() > 0;
}

// Of layer normalisation: parameters of the columns, `within` 1 in them and 0 in what fills up the last vector.
template <typename Number>
struct LayerNormColumns {
  const Number *added, *scale, *shift, *within;
};

// A number for each row.
template <typename Number>
struct LayerNormMoments {
  Number *mean, *inverse;
};

template <typename Number>
struct LayerNormSums {
  Number *added, *scale, *shift;
};

// What a step of SGD computes with.
template <typename Number>
struct Sgd {
  Number lr, momentum, decay;
  bool nesterov;
};

enum class InstructionSet { base, avx2, avx512 };

// The best of this processor. ATEN_CPU_CAPABILITY (default, avx2, avx512) lowers it, as it does libtorch's own.
inline InstructionSet instructionSet() {
  static const InstructionSet chosen = [] {
#if defined(__x86_64__)
    const char* asked = std::getenv("ATEN_CPU_CAPABILITY");
    auto allows = [&](const char* set) { return asked == nullptr || std::strcmp(asked, set) == 0; };
    __builtin_cpu_init();
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
    if (avx512 && allows("avx512")) return InstructionSet::avx512;
    if (avx2 && (allows("avx2") || allows("avx512"))) return InstructionSet::avx2;
#endif
    return InstructionSet::base;
  }();
  return chosen;
}

// On arm64 NEON, on x86-64 SSE2: what every processor of the kind has.
namespace base {
constexpr int kLanes = 4, kBlock = 4;
#include "rows.hpp"
#include "batch_norm_rows.hpp"
#include "layer_norm_rows.hpp"
#include "lstm_rows.hpp"
#include "optimizer_rows.hpp"
#include "adam_rows.hpp"
#include "standardize_rows.hpp"
}  // namespace base

#if defined(__x86_64__)

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif
namespace avx2 {
constexpr int kLanes = 8, kBlock = 2;
#include "rows.hpp"
#include "batch_norm_rows.hpp"
#include "layer_norm_rows.hpp"
#include "lstm_rows.hpp"
#include "optimizer_rows.hpp"
#include "adam_rows.hpp"
#include "standardize_rows.hpp"
}  // namespace avx2
#if defined(__clang__)
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,fma"))), apply_to = function)
#else
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,fma,prefer-vector-width=512")
#endif
namespace avx512 {
constexpr int kLanes = 16, kBlock = 4;
#include "rows.hpp"
#include "batch_norm_rows.hpp"
#include "layer_norm_rows.hpp"
#include "lstm_rows.hpp"
#include "optimizer_rows.hpp"
#include "adam_rows.hpp"
#include "standardize_rows.hpp"
}  // namespace avx512
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif

// Calls body with the loops of the chosen instruction set: body(tag), where Tag::Loops<Storage> are they.
template <typename Storage, typename Body>
decltype(auto) withBatchNormRows(const Body& body) {
#if defined(__x86_64__)
  if (instructionSet() == InstructionSet::avx512) return body(avx512::BatchNormRows<Storage>());
  if (instructionSet() == InstructionSet::avx2) return body(avx2::BatchNormRows<Storage>());
#endif
  return body(base::BatchNormRows<Storage>());
}

// The same for the loops of an LSTM and of the largest value.
template <typename Storage, typename Body>
decltype(auto) withLstmRows(const Body& body) {
#if defined(__x86_64__)
  if (instructionSet() == InstructionSet::avx512) return body(avx512::LstmRows<Storage>(), avx512::MaxRows<Storage>());
  if (instructionSet() == InstructionSet::avx2) return body(avx2::LstmRows<Storage>(), avx2::MaxRows<Storage>());
#endif
  return body(base::LstmRows<Storage>(), base::MaxRows<Storage>());
}

template <typename Storage, typename Body>
decltype(auto) withLayerNormRows(const Body& body) {
#if defined(__x86_64__)
  if (instructionSet() == InstructionSet::avx512) return body(avx512::LayerNormRows<Storage>());
  if (instructionSet() == InstructionSet::avx2) return body(avx2::LayerNormRows<Storage>());
#endif
  return body(base::LayerNormRows<Storage>());
}

// The same for the loops of SGD and of Adam.
template <typename Number, typename Body>
decltype(auto) withOptimizerRows(const Body& body) {
#if defined(__x86_64__)
  if (instructionSet() == InstructionSet::avx512) return body(avx512::OptimizerRows<Number>(), avx512::AdamRows<Number>());
  if (instructionSet() == InstructionSet::avx2) return body(avx2::OptimizerRows<Number>(), avx2::AdamRows<Number>());
#endif
  return body(base::OptimizerRows<Number>(), base::AdamRows<Number>());
}

// The same for the loops of vectors.
template <typename Body>
decltype(auto) withStandardizeRows(const Body& body) {
#if defined(__x86_64__)
  if (instructionSet() == InstructionSet::avx512) return body(avx512::StandardizeRows());
  if (instructionSet() == InstructionSet::avx2) return body(avx2::StandardizeRows());
#endif
  return body(base::StandardizeRows());
}

}  // namespace kernels
}  // namespace leeway
