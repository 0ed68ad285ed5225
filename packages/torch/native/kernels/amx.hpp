// Intel's matrix tiles (AMX): whether this processor and compiler have them, and the few instructions that are used.
#pragma once

#if defined(__x86_64__) && defined(__linux__) && \
    ((defined(__clang__) && __clang_major__ >= 12) || (!defined(__clang__) && defined(__GNUC__) && __GNUC__ >= 11))
#define LEEWAY_AMX 1

#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

#include "instruction_sets.hpp"

namespace leeway {
namespace kernels {

// Whether products of bfloat16 tiles can be computed. Linux hands out the registers on request, once for a process.
inline bool hasTiles() {
  static const bool has = [] {
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (instructionSet() != InstructionSet::avx512 || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
    constexpr unsigned bf16 = 1u << 22, tile = 1u << 24;
    constexpr long requestPermission = 0x1023, tileData = 18;  // ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA
    return (d & bf16) != 0 && (d & tile) != 0 && syscall(SYS_arch_prctl, requestPermission, tileData) == 0;
  }();
  return has;
}

// All eight tiles with 16 rows of 64 bytes, as long as this lives; then what was set before.
class Tiles {
 public:
  Tiles() {
    asm volatile("sttilecfg %0" : "=m"(before_));
    Configuration all{};
    all.palette = 1;
    for (int i = 0; i < 8; i++) {
      all.rows[i] = 16;
      all.rowBytes[i] = 64;
    }
    asm volatile("ldtilecfg %0" ::"m"(all));
  }
  ~Tiles() {
    if (before_.palette == 0) asm volatile("tilerelease");
    else asm volatile("ldtilecfg %0" ::"m"(before_));
  }
  Tiles(const Tiles&) = delete;
  Tiles& operator=(const Tiles&) = delete;

 private:
  struct alignas(64) Configuration {
    uint8_t palette, startRow, reserved[14];
    uint16_t rowBytes[16];
    uint8_t rows[16];
  };
  static_assert(sizeof(Configuration) == 64);
  Configuration before_;
};

}  // namespace kernels
}  // namespace leeway

// Tiles go by number, and their rows lie 64 bytes apart, or as many as are named. What C++ wrote before is in memory when a
// tile reads it.
#define LEEWAY_TILE_LOAD_ROWS(tile, from, bytes) \
  asm volatile("tileloadd (%0,%1,1), %%tmm" #tile ::"r"(from), "r"(int64_t{bytes}) : "memory")
#define LEEWAY_TILE_STORE_ROWS(tile, to, bytes) \
  asm volatile("tilestored %%tmm" #tile ", (%0,%1,1)" ::"r"(to), "r"(int64_t{bytes}) : "memory")
#define LEEWAY_TILE_LOAD(tile, from) LEEWAY_TILE_LOAD_ROWS(tile, from, 64)
#define LEEWAY_TILE_STORE(tile, to) LEEWAY_TILE_STORE_ROWS(tile, to, 64)
// sum += a b, of bfloat16 in pairs: a [16, 32], b [16 pairs, 16, 2], sum [16, 16] in float32.
#define LEEWAY_TILE_PRODUCT(sum, a, b) asm volatile("tdpbf16ps %%tmm" #b ", %%tmm" #a ", %%tmm" #sum ::)

#endif
