// Adam's step over values one after another. Included like rows.hpp.

// The square root of each lane. Vectors have no operator for it, and a loop over lanes calls libm for negative ones.
template <typename Vector>
LEEWAY_INLINE Vector rootOf(Vector x) {
#if defined(__x86_64__)
  constexpr bool isFloat = std::is_same_v<Vector, Vectors<float>::Type>;
  if constexpr (isFloat && sizeof(Vector) == 64) return (Vector)_mm512_sqrt_ps((__m512)x);
  if constexpr (isFloat && sizeof(Vector) == 32) return (Vector)_mm256_sqrt_ps((__m256)x);
  if constexpr (isFloat && sizeof(Vector) == 16) return (Vector)_mm_sqrt_ps((__m128)x);
#endif
  for (int lane = 0; lane < kLanes; lane++) x[lane] = std::sqrt(x[lane]);
  return x;
}

template <typename Number>
struct AdamRows {
  using Numbers = Vectors<Number>;
  using Vector = typename Numbers::Type;

  static void step(const AdamValues<Number>& values, int64_t count, const AdamFactors<Number>& by) {
    int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes) update(values.from(i), by);
    if (i == count) return;
    // What is left, filled up with zeros, so that it goes through the same arithmetic.
    Number parameters[kLanes] = {}, gradients[kLanes] = {}, means[kLanes] = {}, squares[kLanes] = {};
    const AdamValues<Number> last = values.from(i);
    const auto bytes = static_cast<size_t>(count - i) * sizeof(Number);
    std::memcpy(parameters, last.parameter, bytes);
    std::memcpy(gradients, last.gradient, bytes);
    std::memcpy(means, last.mean, bytes);
    std::memcpy(squares, last.square, bytes);
    update({parameters, gradients, means, squares}, by);
    std::memcpy(last.parameter, parameters, bytes);
    std::memcpy(last.mean, means, bytes);
    std::memcpy(last.square, squares, bytes);
  }

 private:
  LEEWAY_INLINE void update(const AdamValues<Number>& at, const AdamFactors<Number>& by) {
    const Vector parameter = Numbers::load(at.parameter) * by.shrink;
    const Vector gradient = Numbers::load(at.gradient) + parameter * by.decay;
    const Vector mean = Numbers::load(at.mean) * by.keepMean + gradient * by.addMean;
    const Vector square = Numbers::load(at.square) * by.keepSquare + gradient * gradient * by.addSquare;
    Numbers::store(at.mean, mean);
    Numbers::store(at.square, square);
    Numbers::store(at.parameter, parameter - by.rate * mean / (rootOf(square) * by.scale + by.eps));
  }
};
