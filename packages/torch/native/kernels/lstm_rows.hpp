// The loops of an LSTM: matrix products of a few rows, and the cell with its gradient. Included like rows.hpp.
//
// Weights are packed in panels of 4 * kLanes columns, which a product goes through in order: of each panel all rows one
// after another, and of bfloat16 two rows interleaved, since such values are multiplied in pairs. Forward a panel holds
// the four gates of kLanes units, so that the cell follows its product at once; backward 4 * kLanes units.

#if defined(__clang__)
#define LEEWAY_UNROLL _Pragma("clang loop unroll(full)")
#else
#define LEEWAY_UNROLL _Pragma("GCC unroll 8")
#endif

// The functions of the gates, within a few units in the last place. Written so that NaN stays NaN.
template <typename Number>
struct Squash {
  using Vector = typename Vectors<Number>::Type;

  LEEWAY_INLINE Vector sigmoid(Vector x) {
    if constexpr (std::is_same_v<Number, double>) {
      for (int lane = 0; lane < kLanes; lane++) x[lane] = 1 / (1 + std::exp(-x[lane]));
      return x;
    } else {
      return 1.f / (1.f + exp(-x));
    }
  }

  // In float32 the odd polynomial of Cephes near 0, elsewhere through e^(2x).
  LEEWAY_INLINE Vector tanh(Vector x) {
    if constexpr (std::is_same_v<Number, double>) {
      for (int lane = 0; lane < kLanes; lane++) x[lane] = std::tanh(x[lane]);
      return x;
    } else {
      const Vector size = x < 0.f ? -x : x, z = x * x;
      Vector p = z * -5.70498872745e-3f + 2.06390887954e-2f;
      p = p * z - 5.37397155531e-2f;
      p = p * z + 1.33314422036e-1f;
      p = p * z - 3.33332819422e-1f;
      const Vector far = 1.f - 2.f / (exp(size + size) + 1.f);
      return size < 0.625f ? p * z * x + x : (x < 0.f ? -far : far);
    }
  }

 private:
  // e^x of float32 where that is a normal number; beyond, the last one that is.
  LEEWAY_INLINE Vector exp(Vector x) {
    typedef uint32_t Bits __attribute__((vector_size(kLanes * sizeof(uint32_t))));
    x = x > 88.f ? Vector{} + 88.f : x;
    x = x < -87.f ? Vector{} - 87.f : x;
    // x = n ln 2 + r: adding 1.5 * 2^23 leaves n in the last bits.
    const Vector shifted = x * 1.44269504f + 12582912.f, n = shifted - 12582912.f;
    const Vector r = x - n * 0.693359375f + n * 2.12194440e-4f;
    Vector p = r * 1.9875691500e-4f + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r + 1.f;
    return p * (Vector)(((Bits)shifted << 23) + (127u << 23));
  }
};

template <typename Storage>
struct LstmRows {
  using Number = NumberOf<Storage>;
  using Values = Vectors<Storage>;
  using Numbers = Vectors<Number>;
  using Vector = typename Numbers::Type;
  using Gates = Squash<Number>;
  static constexpr int kWidth = 4 * kLanes;
  // Rows of a product at once: with four vectors each they fill the registers.
  static constexpr int kTile = kLanes == 16 ? 6 : 3;

  static int lanes() { return kLanes; }

  // to = a first + b second, of `rows` rows, at most kGroup, and one panel.
  static void product(const LstmFactor<Storage>& a, const LstmFactor<Storage>& b, const Storage* panel, int rows,
                      Number* to) {
    int row = 0;
    // As even as possible: a last tile of one row would wait for each of its own sums.
    for (int tiles = (rows + kTile - 1) / kTile; tiles > 0; tiles--) {
      const int n = (rows - row + tiles - 1) / tiles;
      const LstmFactor<Storage> first = from(a, row), second = from(b, row);
      Number* into = to + row * kWidth;
      if (n == 1) tile<1>(first, second, panel, into);
      if (n == 2) tile<2>(first, second, panel, into);
      if (n == 3) tile<3>(first, second, panel, into);
      if constexpr (kTile > 3) {
        if (n == 4) tile<4>(first, second, panel, into);
        if (n == 5) tile<5>(first, second, panel, into);
        if (n == 6) tile<6>(first, second, panel, into);
      }
      row += n;
    }
  }

  // The gates of kLanes units from their sums, and what the cell makes of them.
  static void forward(const Number* sums, int rows, const LstmForward<Storage>& to) {
    const Vector bias[4] = {Numbers::load(to.bias), Numbers::load(to.bias + to.gate),
                            Numbers::load(to.bias + 2 * to.gate), Numbers::load(to.bias + 3 * to.gate)};
    for (int row = 0; row < rows; row++, sums += kWidth) {
      const Vector in = Gates::sigmoid(Numbers::load(sums) + bias[0]);
      const Vector forget = Gates::sigmoid(Numbers::load(sums + kLanes) + bias[1]);
      const Vector fresh = Gates::tanh(Numbers::load(sums + 2 * kLanes) + bias[2]);
      const Vector out = Gates::sigmoid(Numbers::load(sums + 3 * kLanes) + bias[3]);
      Number* cell = to.cell + row * to.gate;
      const Vector before = Numbers::load(cell);
      const Vector now = forget * before + in * fresh;
      const Vector hidden = out * Gates::tanh(now);
      Numbers::store(cell, now);
      if (to.gates != nullptr) {
        Number* gates = to.gates + row * kWidth;
        Numbers::store(gates, in);
        Numbers::store(gates + kLanes, forget);
        Numbers::store(gates + 2 * kLanes, fresh);
        Numbers::store(gates + 3 * kLanes, out);
        Numbers::store(to.before + row * kLanes, before);
      }
      if (row < to.next) Values::store(to.hidden + row * to.gate, hidden);
      storeFirst(to.output + row * to.outputStride, hidden, to.units);
    }
  }

  // The gradients of the gates of some units from those of the output and of the steps after, whose products with the
  // weights are `sums`, kWidth a row; `columns` vectors of units.
  static void backward(const Number* sums, int rows, int columns, const LstmBackward<Storage>& to) {
    for (int column = 0; column < columns; column++) {
      const int64_t at = column * kLanes;
      Vector total[4] = {};
      for (int row = 0; row < rows; row++) {
        const Number* gates = to.gates + column * to.nextGates + row * kWidth;
        const Vector in = Numbers::load(gates), forget = Numbers::load(gates + kLanes),
                     fresh = Numbers::load(gates + 2 * kLanes), out = Numbers::load(gates + 3 * kLanes),
                     before = Numbers::load(to.before + column * to.nextBefore + row * kLanes);
        const Vector squashed = Gates::tanh(forget * before + in * fresh);
        const Vector hidden = loadFirst(to.output + row * to.outputStride + at, to.units - at) +
                              Numbers::load(sums + row * kWidth + at);
        Number* carried = to.cell + row * to.gate + at;
        const Vector cell = Numbers::load(carried) + hidden * out * ((Number)1 - squashed * squashed);
        Numbers::store(carried, cell * forget);
        const Vector gradient[4] = {cell * fresh * in * ((Number)1 - in),
                                    cell * before * forget * ((Number)1 - forget),
                                    cell * in * ((Number)1 - fresh * fresh),
                                    hidden * squashed * out * ((Number)1 - out)};
        Storage* into = to.gradient + row * to.gradientStride + at;
        LEEWAY_UNROLL for (int gate = 0; gate < 4; gate++) {
          Values::store(into + gate * to.gate, gradient[gate]);
          total[gate] += gradient[gate];
        }
      }
      LEEWAY_UNROLL for (int gate = 0; gate < 4; gate++) {
        Number* bias = to.bias + gate * to.gate + at;
        Numbers::store(bias, Numbers::load(bias) + total[gate]);
      }
    }
  }

 private:
  LEEWAY_INLINE LstmFactor<Storage> from(LstmFactor<Storage> factor, int row) {
    return {factor.values + row * factor.stride, factor.stride, factor.width};
  }

  // The first `count` of a vector, if any; none of the memory behind them.
  LEEWAY_INLINE void storeFirst(Storage* to, Vector vector, int64_t count) {
    if (count >= kLanes) return Values::store(to, vector);
    Storage all[kLanes];
    Values::store(all, vector);
    if (count > 0) std::memcpy(to, all, static_cast<size_t>(count) * sizeof(Storage));
  }

  LEEWAY_INLINE Vector loadFirst(const Storage* from, int64_t count) {
    if (count >= kLanes) return Values::load(from);
    Storage all[kLanes] = {};
    if (count > 0) std::memcpy(all, from, static_cast<size_t>(count) * sizeof(Storage));
    return Values::load(all);
  }

  template <int rows>
  LEEWAY_INLINE void tile(LstmFactor<Storage> first, LstmFactor<Storage> second, const Storage* panel, Number* to) {
    Vector sums[rows][4] = {};
    panel = multiply<rows>(first, panel, sums);
    multiply<rows>(second, panel, sums);
    LEEWAY_UNROLL for (int row = 0; row < rows; row++) {
      LEEWAY_UNROLL for (int i = 0; i < 4; i++) Numbers::store(to + row * kWidth + i * kLanes, sums[row][i]);
    }
  }

  template <int rows>
  LEEWAY_INLINE const Storage* multiply(LstmFactor<Storage> factor, const Storage* panel, Vector (&sums)[rows][4]) {
    if constexpr (std::is_same_v<Storage, at::BFloat16>) {
      typedef uint32_t Pairs __attribute__((vector_size(kLanes * sizeof(uint32_t))));
      constexpr uint32_t high = 0xffff0000;
      for (int64_t k = 0; k < factor.width; k += 2, panel += 2 * kWidth) {
        Vector even[4], odd[4];
        LEEWAY_UNROLL for (int i = 0; i < 4; i++) {
          Pairs pairs;
          __builtin_memcpy(&pairs, panel + 2 * i * kLanes, sizeof pairs);
          even[i] = (Vector)(pairs << 16);
          odd[i] = (Vector)(pairs & high);
        }
        LEEWAY_UNROLL for (int row = 0; row < rows; row++) {
          const float left = static_cast<float>(factor.values[row * factor.stride + k]);
          const float right = static_cast<float>(factor.values[row * factor.stride + k + 1]);
          LEEWAY_UNROLL for (int i = 0; i < 4; i++) {
            sums[row][i] += left * even[i];
            sums[row][i] += right * odd[i];
          }
        }
      }
    } else {
      for (int64_t k = 0; k < factor.width; k++, panel += kWidth) {
        const Vector weights[4] = {Numbers::load(panel), Numbers::load(panel + kLanes),
                                   Numbers::load(panel + 2 * kLanes), Numbers::load(panel + 3 * kLanes)};
        LEEWAY_UNROLL for (int row = 0; row < rows; row++) {
          const Number value = factor.values[row * factor.stride + k];
          LEEWAY_UNROLL for (int i = 0; i < 4; i++) sums[row][i] += value * weights[i];
        }
      }
    }
    return panel;
  }
};

// The largest of each column over the rows of a sequence, and the step that it stands at; NaN counts as the largest.
template <typename Storage>
struct MaxRows {
  using Values = Vectors<Storage>;
  using Numbers = Vectors<NumberOf<Storage>>;
  using Vector = typename Numbers::Type;

  static void largest(const Storage* row, int64_t width, int32_t step, NumberOf<Storage>* best, int32_t* where) {
    typedef int32_t Steps __attribute__((vector_size(kLanes * sizeof(int32_t))));
    int64_t column = 0;
    for (; column + kLanes <= width; column += kLanes) {
      const Vector value = Values::load(row + column), known = Numbers::load(best + column);
      const auto better = (value > known) | ((value != value) & (known == known));
      Steps steps;
      __builtin_memcpy(&steps, where + column, sizeof steps);
      steps = __builtin_convertvector(better, Steps) != 0 ? Steps{} + step : steps;
      __builtin_memcpy(where + column, &steps, sizeof steps);
      Numbers::store(best + column, better ? value : known);
    }
    for (; column < width; column++) {
      const NumberOf<Storage> value = static_cast<NumberOf<Storage>>(row[column]), known = best[column];
      if (!(value > known) && !(value != value && known == known)) continue;
      best[column] = value;
      where[column] = step;
    }
  }
};

#undef LEEWAY_UNROLL
