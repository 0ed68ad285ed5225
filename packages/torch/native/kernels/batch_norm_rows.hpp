// The passes of batch normalisation over memory: two forward, two backward. Included like rows.hpp.

template <typename Storage>
struct BatchNormRows {
  using Number = NumberOf<Storage>;
  using In = Vectors<Storage>;
  using Vector = typename In::Type;
  using Numbers = Vectors<Number>;

  // For each column the first value, and of the distances from it their sum and the sum of their squares.
  static void moments(const Storage* x, int64_t rows, int64_t width, Moments<Number> to) {
    overBlocks(width, [&](int64_t column, auto size) {
      constexpr int n = size;
      Vector first[n], sum[n], squares[n];
      for (int i = 0; i < n; i++) {
        first[i] = In::load(x + column + i * kLanes);
        sum[i] = squares[i] = Vector{};
      }
      const Storage* from = x + column;
      for (int64_t row = 1; row < rows; row++) {
        from += width;
        for (int i = 0; i < n; i++) {
          Vector distance = In::load(from + i * kLanes) - first[i];
          sum[i] += distance;
          squares[i] += distance * distance;
        }
      }
      for (int i = 0; i < n; i++) {
        Numbers::store(to.first + column + i * kLanes, first[i]);
        Numbers::store(to.sum + column + i * kLanes, sum[i]);
        Numbers::store(to.squares + column + i * kLanes, squares[i]);
      }
    });
  }

  // y = relu((x - mean) scale + shift + residual), the last two where they are wanted.
  template <bool hasResidual, bool hasRelu>
  static void normalize(const Storage* x, const Storage* residual, Storage* y, Columns<Number> c, int64_t rows,
                        int64_t width) {
    overBlocks(width, [&](int64_t column, auto size) {
      constexpr int n = size;
      Vector mean[n], scale[n], shift[n];
      for (int i = 0; i < n; i++) {
        mean[i] = Numbers::load(c.mean + column + i * kLanes);
        scale[i] = Numbers::load(c.scale + column + i * kLanes);
        shift[i] = Numbers::load(c.shift + column + i * kLanes);
      }
      for (int64_t row = 0; row < rows; row++) {
        const int64_t at = row * width + column;
        for (int i = 0; i < n; i++) {
          Vector value = (In::load(x + at + i * kLanes) - mean[i]) * scale[i] + shift[i];
          if constexpr (hasResidual) value += In::load(residual + at + i * kLanes);
          // Written so that NaN stays NaN.
          if constexpr (hasRelu) value = value < Vector{} ? Vector{} : value;
          In::store(y + at + i * kLanes, value);
        }
      }
    });
  }

  // The gradient behind the ReLU: 0 where it let nothing through, which its result says, or else its input.
  template <Relu relu>
  LEEWAY_INLINE Vector behindRelu(Vector g, const Storage* y, Vector distance, Vector scale, Vector shift) {
    if constexpr (relu == Relu::none) return g;
    Vector value;
    if constexpr (relu == Relu::ofResult) value = In::load(y);
    if constexpr (relu == Relu::ofInput) value = distance * scale + shift;
    return value <= Vector{} ? Vector{} : g;
  }

  // Sums of the gradient, and of the gradient times x - mean, for each column; where `store`, the gradient itself too,
  // which may be written over the one it is read from.
  template <Relu relu, bool two, bool store>
  static void gradientSums(Read<Storage> from, Storage* to, Columns<Number> c, int64_t rows, int64_t width, Number* sums,
                           Number* products) {
    overBlocks(width, [&](int64_t column, auto size) {
      constexpr int n = size;
      Vector mean[n], scale[n], shift[n], sum[n], product[n];
      for (int i = 0; i < n; i++) {
        mean[i] = Numbers::load(c.mean + column + i * kLanes);
        scale[i] = Numbers::load(c.scale + column + i * kLanes);
        shift[i] = Numbers::load(c.shift + column + i * kLanes);
        sum[i] = product[i] = Vector{};
      }
      for (int64_t row = 0; row < rows; row++) {
        for (int i = 0; i < n; i++) {
          const int64_t at = row * width + column + i * kLanes;
          Vector distance = In::load(from.x + at) - mean[i];
          Vector g = In::load(from.gradient + at);
          if constexpr (two) g += In::load(from.other + at);
          g = behindRelu<relu>(g, from.y + at, distance, scale[i], shift[i]);
          if constexpr (store) In::store(to + at, g);
          sum[i] += g;
          product[i] += g * distance;
        }
      }
      for (int i = 0; i < n; i++) {
        Numbers::store(sums + column + i * kLanes, sum[i]);
        Numbers::store(products + column + i * kLanes, product[i]);
      }
    });
  }

  // The gradient of x, (g - (x - mean) slope - offset) scale, which may be written over g.
  template <Relu relu>
  static void inputGradient(const Storage* gradient, const Storage* x, Storage* to, GradientColumns<Number> c,
                            int64_t rows, int64_t width) {
    overBlocks(width, [&](int64_t column, auto size) {
      constexpr int n = size;
      Vector mean[n], scale[n], shift[n], slope[n], offset[n];
      for (int i = 0; i < n; i++) {
        mean[i] = Numbers::load(c.mean + column + i * kLanes);
        scale[i] = Numbers::load(c.scale + column + i * kLanes);
        shift[i] = Numbers::load(c.shift + column + i * kLanes);
        slope[i] = Numbers::load(c.slope + column + i * kLanes);
        offset[i] = Numbers::load(c.offset + column + i * kLanes);
      }
      for (int64_t row = 0; row < rows; row++) {
        for (int i = 0; i < n; i++) {
          const int64_t at = row * width + column + i * kLanes;
          Vector distance = In::load(x + at) - mean[i];
          Vector g = behindRelu<relu>(In::load(gradient + at), nullptr, distance, scale[i], shift[i]);
          In::store(to + at, (g - distance * slope[i] - offset[i]) * scale[i]);
        }
      }
    });
  }
};
