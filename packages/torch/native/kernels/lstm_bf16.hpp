// Products in bfloat16 by instructions of their own, where a processor has them: as LstmRows::product of kLanes 16.
#pragma once

#include "amx.hpp"
#include "instruction_sets.hpp"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace leeway {
namespace kernels {

#if defined(__x86_64__)

// Whether AVX-512 multiplies pairs of bfloat16.
inline bool hasBf16Dot() {
  static const bool has = [] {
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (instructionSet() != InstructionSet::avx512 || __get_cpuid_count(7, 1, &a, &b, &c, &d) == 0) return false;
    return (a >> 5 & 1) != 0;
  }();
  return has;
}

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,fma,prefer-vector-width=512")
#endif
namespace avx512bf16 {

template <int rows>
inline const at::BFloat16* multiply(LstmFactor<at::BFloat16> a, const at::BFloat16* panel, __m512 (&sums)[rows][4]) {
  for (int64_t k = 0; k < a.width; k += 2, panel += 128) {
    __m512bh weights[4];
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) weights[i] = (__m512bh)_mm512_loadu_si512(panel + 32 * i);
#pragma GCC unroll 8
    for (int row = 0; row < rows; row++) {
      int32_t pair;
      __builtin_memcpy(&pair, a.values + row * a.stride + k, sizeof pair);
      const __m512bh values = (__m512bh)_mm512_set1_epi32(pair);
#pragma GCC unroll 4
      for (int i = 0; i < 4; i++) sums[row][i] = _mm512_dpbf16_ps(sums[row][i], values, weights[i]);
    }
  }
  return panel;
}

template <int rows>
inline void tile(LstmFactor<at::BFloat16> a, LstmFactor<at::BFloat16> b, const at::BFloat16* panel, float* to) {
  __m512 sums[rows][4];
#pragma GCC unroll 8
  for (int row = 0; row < rows; row++) {
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) sums[row][i] = _mm512_setzero_ps();
  }
  panel = multiply<rows>(a, panel, sums);
  multiply<rows>(b, panel, sums);
#pragma GCC unroll 8
  for (int row = 0; row < rows; row++) {
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) _mm512_storeu_ps(to + row * 64 + 16 * i, sums[row][i]);
  }
}

inline void product(const LstmFactor<at::BFloat16>& a, const LstmFactor<at::BFloat16>& b, const at::BFloat16* panel,
                    int rows, float* to) {
  for (int row = 0; row < rows;) {
    const LstmFactor<at::BFloat16> first{a.values + row * a.stride, a.stride, a.width};
    const LstmFactor<at::BFloat16> second{b.values + row * b.stride, b.stride, b.width};
    if (rows - row >= 4) {
      tile<4>(first, second, panel, to + row * 64);
      row += 4;
    } else {
      tile<1>(first, second, panel, to + row * 64);
      row++;
    }
  }
}

}  // namespace avx512bf16
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif

#if LEEWAY_AMX

namespace tiles {

// Tiles 0 to 3 += 16 rows of 32 values, `bytes` apart, times the panel's next 32.
inline void multiply(const at::BFloat16* values, int64_t bytes, const at::BFloat16* panel) {
  LEEWAY_TILE_LOAD_ROWS(4, values, bytes);
  LEEWAY_TILE_LOAD_ROWS(5, panel, 256);
  LEEWAY_TILE_LOAD_ROWS(6, panel + 32, 256);
  LEEWAY_TILE_PRODUCT(0, 4, 5);
  LEEWAY_TILE_LOAD_ROWS(7, panel + 64, 256);
  LEEWAY_TILE_PRODUCT(1, 4, 6);
  LEEWAY_TILE_LOAD_ROWS(5, panel + 96, 256);
  LEEWAY_TILE_PRODUCT(2, 4, 7);
  LEEWAY_TILE_PRODUCT(3, 4, 5);
}

inline const at::BFloat16* multiply(const LstmFactor<at::BFloat16>& a, int rows, const at::BFloat16* panel) {
  for (int64_t k = 0; k < a.width; k += 32, panel += 32 * 64) {
    if (rows == kGroup) {
      multiply(a.values + k, a.stride * 2, panel);
      continue;
    }
    // Tiles of fewer rows would need another configuration, and whole ones read behind the last row.
    alignas(64) at::BFloat16 copied[kGroup * 32] = {};
    for (int row = 0; row < rows; row++) std::memcpy(copied + row * 32, a.values + row * a.stride + k, 64);
    multiply(copied, 64, panel);
  }
  return panel;
}

// While a `Tiles` lives; `to` has room for all rows of a group.
inline void product(const LstmFactor<at::BFloat16>& a, const LstmFactor<at::BFloat16>& b, const at::BFloat16* panel,
                    int rows, float* to) {
  asm volatile("tilezero %%tmm0; tilezero %%tmm1; tilezero %%tmm2; tilezero %%tmm3" ::);
  panel = multiply(a, rows, panel);
  multiply(b, rows, panel);
  LEEWAY_TILE_STORE_ROWS(0, to, 256);
  LEEWAY_TILE_STORE_ROWS(1, to + 16, 256);
  LEEWAY_TILE_STORE_ROWS(2, to + 32, 256);
  LEEWAY_TILE_STORE_ROWS(3, to + 48, 256);
}

}  // namespace tiles

#endif

}  // namespace kernels
}  // namespace leeway
