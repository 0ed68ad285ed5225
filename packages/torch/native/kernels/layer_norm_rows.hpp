// The passes of layer normalisation: one over the rows forward, one backward. Included like rows.hpp; rows may have any
// width, their columns' parameters stand in arrays filled up with zeros to whole vectors.

template <typename Number, int lanes>
struct LaneSum {
  typedef Number Whole __attribute__((vector_size(lanes * sizeof(Number))));
  typedef Number Half __attribute__((vector_size(lanes / 2 * sizeof(Number))));
  LEEWAY_INLINE Number of(Whole vector) {
    Half halves[2];
    __builtin_memcpy(halves, &vector, sizeof vector);
    return LaneSum<Number, lanes / 2>::of(halves[0] + halves[1]);
  }
};

template <typename Number>
struct LaneSum<Number, 2> {
  typedef Number Whole __attribute__((vector_size(2 * sizeof(Number))));
  LEEWAY_INLINE Number of(Whole vector) { return vector[0] + vector[1]; }
};

template <typename Storage>
struct LayerNormRows {
  using Number = NumberOf<Storage>;
  using In = Vectors<Storage>;
  using Vector = typename In::Type;
  using Numbers = Vectors<Number>;

  // The values from a column on, of which a row may end before the vector does: zeros then.
  LEEWAY_INLINE Vector loadUpTo(const Storage* from, int64_t count) {
    if (count >= kLanes) return In::load(from);
    Storage some[kLanes];
    __builtin_memset(static_cast<void*>(some), 0, sizeof some);
    __builtin_memcpy(static_cast<void*>(some), from, count * sizeof(Storage));
    return In::load(some);
  }
  LEEWAY_INLINE void storeUpTo(Storage* to, Vector vector, int64_t count) {
    if (count >= kLanes) return In::store(to, vector);
    Storage some[kLanes];
    In::store(some, vector);
    __builtin_memcpy(static_cast<void*>(to), some, count * sizeof(Storage));
  }
  LEEWAY_INLINE Number sumOf(Vector vector) { return LaneSum<Number, kLanes>::of(vector); }

  // y = relu((z - mean) inverse scale + shift) of each row z = x + added; its mean and inverse deviation are kept.
  template <bool hasAdded, bool hasRelu>
  static void normalize(const Storage* x, Storage* y, LayerNormColumns<Number> c, LayerNormMoments<Number> to,
                        int64_t rows, int64_t width, double eps, Number* z) {
    for (int64_t row = 0; row < rows; row++) {
      const Storage* from = x + row * width;
      Vector sum{};
      for (int64_t i = 0; i < width; i += kLanes) {
        Vector value = loadUpTo(from + i, width - i);
        if constexpr (hasAdded) value += Numbers::load(c.added + i);
        Numbers::store(z + i, value);
        sum += value;
      }
      const Number mean = sumOf(sum) / width;
      Vector squares{};
      for (int64_t i = 0; i < width; i += kLanes) {
        const Vector distance = (Numbers::load(z + i) - mean) * Numbers::load(c.within + i);
        squares += distance * distance;
      }
      const Number inverse = 1 / __builtin_sqrt(static_cast<double>(sumOf(squares)) / width + eps);
      for (int64_t i = 0; i < width; i += kLanes) {
        Vector value = (Numbers::load(z + i) - mean) * inverse * Numbers::load(c.scale + i) + Numbers::load(c.shift + i);
        // Written so that NaN stays NaN.
        if constexpr (hasRelu) value = value < Vector{} ? Vector{} : value;
        storeUpTo(y + row * width + i, value, width - i);
      }
      to.mean[row] = mean;
      to.inverse[row] = inverse;
    }
  }

  // The gradient of each row, and for each column the sums of those of scale, shift and what was added.
  template <bool hasAdded, bool hasRelu>
  static void gradients(const Storage* gradient, const Storage* x, Storage* toX, LayerNormColumns<Number> c,
                        LayerNormMoments<Number> moments, LayerNormSums<Number> sums, int64_t rows, int64_t width,
                        Number* held) {
    Number* const normalized = held;
    Number* const scaled = held + (width + kLanes - 1) / kLanes * kLanes;
    for (int64_t row = 0; row < rows; row++) {
      const Number mean = moments.mean[row], inverse = moments.inverse[row];
      Vector sum{}, product{};
      for (int64_t i = 0; i < width; i += kLanes) {
        Vector value = loadUpTo(x + row * width + i, width - i);
        if constexpr (hasAdded) value += Numbers::load(c.added + i);
        value = (value - mean) * inverse;
        Vector g = loadUpTo(gradient + row * width + i, width - i);
        const Vector scale = Numbers::load(c.scale + i);
        if constexpr (hasRelu) g = value * scale + Numbers::load(c.shift + i) <= Vector{} ? Vector{} : g;
        Numbers::store(sums.scale + i, Numbers::load(sums.scale + i) + g * value);
        Numbers::store(sums.shift + i, Numbers::load(sums.shift + i) + g);
        g *= scale;
        Numbers::store(normalized + i, value);
        Numbers::store(scaled + i, g);
        sum += g;
        product += g * value;
      }
      const Number offset = sumOf(sum) / width, slope = sumOf(product) / width;
      for (int64_t i = 0; i < width; i += kLanes) {
        const Vector g = (Numbers::load(scaled + i) - offset - Numbers::load(normalized + i) * slope) * inverse;
        storeUpTo(toX + row * width + i, g, width - i);
        if constexpr (hasAdded) Numbers::store(sums.added + i, Numbers::load(sums.added + i) + g);
      }
    }
  }
};
