// Products in bfloat16 by instructions of their own, where a processor has them: as LstmRows::product of kLanes 16.
#pragma once

#include "instruction_sets.hpp"

#if defined(__x86_64__) && defined(__linux__) && (defined(__clang__) ? __clang_major__ >= 12 : __GNUC__ >= 11)
#define LEEWAY_HAS_BF16 1
#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace leeway {
namespace kernels {

enum class Bf16 { none, dot, tiles };

#if LEEWAY_HAS_BF16

inline Bf16 bf16Instructions() {
  static const Bf16 chosen = [] {
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (instructionSet() != InstructionSet::avx512 || __get_cpuid_count(7, 0, &a, &b, &c, &d) == 0) return Bf16::none;
    const bool tiles = (d >> 22 & 1) != 0 && (d >> 24 & 1) != 0;
    // Linux hands tiles out on request (ARCH_REQ_XCOMP_PERM of XTILEDATA), to all threads of a process at once.
    if (tiles && syscall(SYS_arch_prctl, 0x1023, 18) == 0) return Bf16::tiles;
    const bool dot = __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a >> 5 & 1) != 0;
    return dot ? Bf16::dot : Bf16::none;
  }();
  return chosen;
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
#pragma clang attribute push(__attribute__((target("avx512f,amx-tile,amx-bf16"))), apply_to = function)
#else
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f,amx-tile,amx-bf16")
#endif
namespace tiles {

// 16 rows of 64 bytes in each of the eight tiles. A thread's own: set before its products, released after them.
inline void begin() {
  struct alignas(64) {
    uint8_t palette = 1, startRow = 0, reserved[14] = {};
    uint16_t columnBytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
    uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
  } configuration;
  asm volatile("" ::: "memory");
  _tile_loadconfig(&configuration);
}

inline void end() { _tile_release(); }

// Tiles 0 to 3 += 16 rows of 32 values times the panel's next 32.
inline void multiply(const at::BFloat16* values, int64_t stride, const at::BFloat16* panel) {
  _tile_loadd(4, values, stride * 2);
  _tile_loadd(5, panel, 256);
  _tile_loadd(6, panel + 32, 256);
  _tile_dpbf16ps(0, 4, 5);
  _tile_loadd(7, panel + 64, 256);
  _tile_dpbf16ps(1, 4, 6);
  _tile_loadd(5, panel + 96, 256);
  _tile_dpbf16ps(2, 4, 7);
  _tile_dpbf16ps(3, 4, 5);
}

inline const at::BFloat16* multiply(const LstmFactor<at::BFloat16>& a, int rows, const at::BFloat16* panel) {
  for (int64_t k = 0; k < a.width; k += 32, panel += 32 * 64) {
    if (rows == kGroup) {
      multiply(a.values + k, a.stride, panel);
      continue;
    }
    // Tiles of fewer rows would need another configuration, and whole ones read behind the last row.
    alignas(64) at::BFloat16 copied[kGroup * 32] = {};
    for (int row = 0; row < rows; row++) std::memcpy(copied + row * 32, a.values + row * a.stride + k, 64);
    asm volatile("" ::"r"(copied) : "memory");  // GCC's loads of tiles do not say that they read memory
    multiply(copied, 32, panel);
  }
  return panel;
}

// `to` has room for all rows of a group.
inline void product(const LstmFactor<at::BFloat16>& a, const LstmFactor<at::BFloat16>& b, const at::BFloat16* panel,
                    int rows, float* to) {
  asm volatile("" ::: "memory");
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  panel = multiply(a, rows, panel);
  multiply(b, rows, panel);
  _tile_stored(0, to, 256);
  _tile_stored(1, to + 16, 256);
  _tile_stored(2, to + 32, 256);
  _tile_stored(3, to + 48, 256);
  asm volatile("" ::: "memory");
}

}  // namespace tiles
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#else

inline Bf16 bf16Instructions() { return Bf16::none; }

#endif

}  // namespace kernels
}  // namespace leeway
