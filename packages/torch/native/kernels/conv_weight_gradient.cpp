// With AMX, the weight's gradient is nine products of matrices, one for each place of the 3 x 3 kernel:
//
//     dW[k] = Σ_p g[p] x[p + offset of k]ᵀ,   p over the pixels of all images
//
// In an image with a border of zeros, whose rows lie one after another, a place of the kernel is one fixed offset for
// all pixels. So each image is laid out once for all nine: the input in pairs of neighbouring pixels, as tiles take them,
// once from even pixels on and once from odd ones, and the gradient with pixels side by side.
#include "conv_weight_gradient.hpp"

#include "amx.hpp"
#include "in_parallel.hpp"

#include <algorithm>

#ifdef LEEWAY_AMX

#include <immintrin.h>

namespace leeway {
namespace kernels {
namespace {

constexpr int64_t kTile = 16;            // rows of a tile, and channels of a block
constexpr int64_t kPixels = 2 * kTile;   // that one product sums over
constexpr int64_t kValues = kTile * kTile;
constexpr int64_t kPlaces = 9;
constexpr int64_t kWorkspace = 1 << 18;  // values laid out at once, which the second cache holds
constexpr int64_t kPartials = 1 << 19;   // values of all sums of parts

using Bits = uint16_t;  // of a bfloat16

struct Shape {
  int64_t images, height, width, in, out;

  int64_t pitch() const { return (width + 3) / 2 * 2; }  // pixels of a row with its border, even
  int64_t span() const { return (height * pitch() + kPixels - 1) / kPixels * kPixels; }
  int64_t pairs() const { return span() / 2 + pitch() + 2; }
  int64_t inBlocks() const { return in / kTile; }
  int64_t outBlocks() const { return out / kTile; }
  // Values of one image as it is laid out.
  int64_t inputValues() const { return inBlocks() * pairs() * 2 * kTile; }
  int64_t gradientValues() const { return outBlocks() * span() * kTile; }
  int64_t values() const { return 2 * inputValues() + gradientValues(); }
  int64_t imagesAtOnce() const { return std::max<int64_t>(1, kWorkspace / values()); }
  int64_t tiles() const { return kPlaces * outBlocks() * inBlocks(); }
  // Parts of the images with a sum of their own: as many whatever the number of threads, and of few images none.
  int64_t parts() const {
    int64_t parts = 16;
    while (parts > 1 && (parts > images || parts * tiles() * kValues > kPartials)) parts /= 2;
    return parts;
  }
  int64_t partStart(int64_t part) const { return images * part / parts(); }
};

// Images as they are laid out: of each the even pairs, the odd pairs and the gradient.
struct Workspace {
  const Shape& shape;
  Bits* data;

  Bits* even(int64_t image, int64_t block) const {
    return data + image * shape.values() + block * shape.pairs() * 2 * kTile;
  }
  Bits* odd(int64_t image, int64_t block) const { return even(image, block) + shape.inputValues(); }
  Bits* gradient(int64_t image, int64_t block) const {
    return data + image * shape.values() + 2 * shape.inputValues() + block * shape.span() * kTile;
  }
};

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("amx-tile,amx-bf16,avx512f,avx512bw,avx512vl,avx512dq"))), \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("amx-tile,amx-bf16,avx512f,avx512bw,avx512vl,avx512dq")
#endif

inline __m512i interleaved(__m256i first, __m256i second) {
  const __m512i order = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21,
                                         5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
  return _mm512_permutexvar_epi16(order, _mm512_inserti64x4(_mm512_castsi256_si512(first), second, 1));
}

inline __m256i pixelAt(const Bits* row, int64_t column, const Shape& shape, int64_t channels) {
  if (column >= shape.width) return _mm256_setzero_si256();
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(row + column * channels));
}

void layInput(const Bits* image, const Workspace& workspace, int64_t at) {
  const Shape& s = workspace.shape;
  const int64_t top = s.pitch() * kTile, rows = s.height * top, rest = s.pairs() * 2 * kTile - top - rows;
  for (int64_t block = 0; block < s.inBlocks(); block++) {
    for (Bits* all : {workspace.even(at, block), workspace.odd(at, block)}) {
      std::fill_n(all, top, Bits{0});
      std::fill_n(all + top + rows, rest, Bits{0});
    }
    for (int64_t y = 0; y < s.height; y++) {
      const Bits* row = image + y * s.width * s.in + block * kTile;
      Bits* even = workspace.even(at, block) + (y + 1) * s.pitch() * kTile;
      Bits* odd = workspace.odd(at, block) + (y + 1) * s.pitch() * kTile;
      __m256i before = _mm256_setzero_si256();
      for (int64_t column = 0; column < s.pitch(); column += 2) {
        const __m256i here = pixelAt(row, column, s, s.in), next = pixelAt(row, column + 1, s, s.in);
        _mm512_storeu_si512(even + column * kTile, interleaved(before, here));
        _mm512_storeu_si512(odd + column * kTile, interleaved(here, next));
        before = next;
      }
    }
  }
}

// Rows of 16 pairs to columns.
inline void transposed(const Bits* pairs, Bits* to) {
  __m512i r[16], t[16];
#pragma GCC unroll 16
  for (int i = 0; i < 16; i++) r[i] = _mm512_loadu_si512(pairs + i * 2 * kTile);
#pragma GCC unroll 8
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 16; i += 4) {
    r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
    r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
    r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
    r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    t[i] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
    t[i + 4] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xdd);
    t[i + 8] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
    t[i + 12] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xdd);
  }
#pragma GCC unroll 8
  for (int i = 0; i < 8; i++) {
    _mm512_storeu_si512(to + i * 2 * kTile, _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88));
    _mm512_storeu_si512(to + (i + 8) * 2 * kTile, _mm512_shuffle_i32x4(t[i], t[i + 8], 0xdd));
  }
}

void layGradient(const Bits* image, const Workspace& workspace, int64_t at, Bits* pairs) {
  const Shape& s = workspace.shape;
  for (int64_t block = 0; block < s.outBlocks(); block++) {
    for (int64_t y = 0; y < s.height; y++) {
      const Bits* row = image + y * s.width * s.out + block * kTile;
      Bits* to = pairs + y * s.pitch() * kTile;
      for (int64_t column = 0; column < s.pitch(); column += 2) {
        _mm512_storeu_si512(to + column * kTile,
                            interleaved(pixelAt(row, column, s, s.out), pixelAt(row, column + 1, s, s.out)));
      }
    }
    std::fill(pairs + s.height * s.pitch() * kTile, pairs + s.span() * kTile, Bits{0});
    Bits* to = workspace.gradient(at, block);
    for (int64_t pixel = 0; pixel < s.span(); pixel += kPixels) transposed(pairs + pixel * kTile, to + pixel * kTile);
  }
}

// Where the input of a place of the kernel begins, for the first pixel of the gradient.
inline const Bits* inputAt(const Workspace& w, int64_t image, int64_t block, int64_t place) {
  const int64_t offset = place / 3 * w.shape.pitch() + place % 3;
  return (offset % 2 == 0 ? w.even(image, block) : w.odd(image, block)) + offset / 2 * 2 * kTile;
}

// Two blocks of output channels by two of input channels, at one place.
void addSquare(const Workspace& w, int64_t images, int64_t place, int64_t out, int64_t in, float* sums) {
  float* lower = sums + w.shape.inBlocks() * kValues;
  LEEWAY_TILE_LOAD(0, sums);
  LEEWAY_TILE_LOAD(1, sums + kValues);
  LEEWAY_TILE_LOAD(2, lower);
  LEEWAY_TILE_LOAD(3, lower + kValues);
  for (int64_t image = 0; image < images; image++) {
    const Bits *g0 = w.gradient(image, out), *g1 = w.gradient(image, out + 1);
    const Bits *x0 = inputAt(w, image, in, place), *x1 = inputAt(w, image, in + 1, place);
    for (int64_t at = 0; at < w.shape.span() * kTile; at += kPixels * kTile) {
      LEEWAY_TILE_LOAD(4, g0 + at);
      LEEWAY_TILE_LOAD(6, x0 + at);
      LEEWAY_TILE_PRODUCT(0, 4, 6);
      LEEWAY_TILE_LOAD(7, x1 + at);
      LEEWAY_TILE_PRODUCT(1, 4, 7);
      LEEWAY_TILE_LOAD(5, g1 + at);
      LEEWAY_TILE_PRODUCT(2, 5, 6);
      LEEWAY_TILE_PRODUCT(3, 5, 7);
    }
  }
  LEEWAY_TILE_STORE(0, sums);
  LEEWAY_TILE_STORE(1, sums + kValues);
  LEEWAY_TILE_STORE(2, lower);
  LEEWAY_TILE_STORE(3, lower + kValues);
}

// One block by one, at the three places of a row of the kernel.
void addRow(const Workspace& w, int64_t images, int64_t place, int64_t out, int64_t in, float* sums) {
  const int64_t next = w.shape.outBlocks() * w.shape.inBlocks() * kValues;
  LEEWAY_TILE_LOAD(0, sums);
  LEEWAY_TILE_LOAD(1, sums + next);
  LEEWAY_TILE_LOAD(2, sums + 2 * next);
  for (int64_t image = 0; image < images; image++) {
    const Bits* g = w.gradient(image, out);
    const Bits *x0 = inputAt(w, image, in, place), *x1 = inputAt(w, image, in, place + 1),
               *x2 = inputAt(w, image, in, place + 2);
    for (int64_t at = 0; at < w.shape.span() * kTile; at += kPixels * kTile) {
      LEEWAY_TILE_LOAD(3, g + at);
      LEEWAY_TILE_LOAD(4, x0 + at);
      LEEWAY_TILE_PRODUCT(0, 3, 4);
      LEEWAY_TILE_LOAD(5, x1 + at);
      LEEWAY_TILE_PRODUCT(1, 3, 5);
      LEEWAY_TILE_LOAD(6, x2 + at);
      LEEWAY_TILE_PRODUCT(2, 3, 6);
    }
  }
  LEEWAY_TILE_STORE(0, sums);
  LEEWAY_TILE_STORE(1, sums + next);
  LEEWAY_TILE_STORE(2, sums + 2 * next);
}

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

// Adds the products of the images laid out. `sums` are tiles by place, output block and input block.
void addProducts(const Workspace& workspace, int64_t images, float* sums) {
  const Shape& s = workspace.shape;
  const Tiles tiles;
  const int64_t outs = s.outBlocks(), ins = s.inBlocks();
  const bool square = outs % 2 == 0 && ins % 2 == 0;
  for (int64_t place = 0; place < kPlaces; place += square ? 1 : 3) {
    for (int64_t out = 0; out < outs; out += square ? 2 : 1) {
      for (int64_t in = 0; in < ins; in += square ? 2 : 1) {
        float* to = sums + ((place * outs + out) * ins + in) * kValues;
        if (square) addSquare(workspace, images, place, out, in, to);
        else addRow(workspace, images, place, out, in, to);
      }
    }
  }
}

// Memory of libtorch's, which begins on a line of the cache.
template <typename Value>
struct Memory {
  at::Tensor held;
  Value* data;
  explicit Memory(int64_t count)
      : held(at::empty({count * static_cast<int64_t>(sizeof(Value))}, at::kByte)),
        data(static_cast<Value*>(held.data_ptr())) {}
};

void addParts(const Bits* gradient, const Bits* x, const Shape& s, float* sums, int64_t begin, int64_t end) {
  const int64_t atOnce = s.imagesAtOnce();
  const Memory<Bits> values(atOnce * s.values()), pairs(s.span() * kTile);
  const Workspace workspace{s, values.data};
  const int64_t pixels = s.height * s.width;
  for (int64_t part = begin; part < end; part++) {
    const int64_t last = s.partStart(part + 1);
    float* to = sums + part * s.tiles() * kValues;
    std::fill_n(to, s.tiles() * kValues, 0.0f);
    for (int64_t image = s.partStart(part); image < last; image += atOnce) {
      const int64_t count = std::min(atOnce, last - image);
      for (int64_t i = 0; i < count; i++) {
        layInput(x + (image + i) * pixels * s.in, workspace, i);
        layGradient(gradient + (image + i) * pixels * s.out, workspace, i, pairs.data);
      }
      addProducts(workspace, count, to);
    }
  }
}

Shape shapeOf(const at::Tensor& x, const at::Tensor& weight) {
  return {x.size(0), x.size(2), x.size(3), x.size(1), weight.size(0)};
}

}  // namespace

bool hasWeightGradient(const at::Tensor& x, const at::Tensor& weight) {
  return hasTiles() && x.is_cpu() && x.dim() == 4 && x.numel() > 0 && weight.scalar_type() == at::kFloat &&
         weight.is_contiguous(at::MemoryFormat::ChannelsLast) && weight.size(1) == x.size(1) && weight.size(2) == 3 &&
         weight.size(3) == 3 && x.size(1) % kTile == 0 && weight.size(0) % kTile == 0;
}

at::Tensor weightGradient(const at::Tensor& gradient, const at::Tensor& x, const at::Tensor& weight) {
  const Shape s = shapeOf(x, weight);
  const Memory<float> sums(s.parts() * s.tiles() * kValues);
  const auto* from = reinterpret_cast<const Bits*>(gradient.data_ptr<at::BFloat16>());
  const auto* input = reinterpret_cast<const Bits*>(x.data_ptr<at::BFloat16>());
  inParallel(s.parts(), [&](int64_t begin, int64_t end) { addParts(from, input, s, sums.data, begin, end); });

  at::Tensor result = at::empty_like(weight);
  float* to = result.data_ptr<float>();
  inParallel(s.tiles(), [&](int64_t begin, int64_t end) {
    for (int64_t tile = begin; tile < end; tile++) {
      const int64_t in = tile % s.inBlocks(), out = tile / s.inBlocks() % s.outBlocks(),
                    place = tile / s.inBlocks() / s.outBlocks();
      for (int64_t row = 0; row < kTile; row++) {
        float total[kTile] = {};
        for (int64_t part = 0; part < s.parts(); part++) {
          const float* each = sums.data + (part * s.tiles() + tile) * kValues + row * kTile;
          for (int64_t column = 0; column < kTile; column++) total[column] += each[column];
        }
        std::copy_n(total, kTile, to + ((out * kTile + row) * kPlaces + place) * s.in + in * kTile);
      }
    }
  });
  return result;
}

}  // namespace kernels
}  // namespace leeway

#else

namespace leeway {
namespace kernels {

bool hasWeightGradient(const at::Tensor&, const at::Tensor&) { return false; }
at::Tensor weightGradient(const at::Tensor&, const at::Tensor&, const at::Tensor& weight) { return weight; }

}  // namespace kernels
}  // namespace leeway

#endif
