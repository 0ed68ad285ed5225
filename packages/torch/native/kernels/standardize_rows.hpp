// Vectors as a network reads them. Included like rows.hpp.

struct StandardizeRows {
  typedef double Doubles __attribute__((vector_size(kLanes * sizeof(double))));
  using Floats = Vectors<float>::Type;

  // y = (x - mean) / deviation in float64, rounded to float32.
  static void row(const float* x, const double* mean, const double* deviation, float* y, int64_t width) {
    int64_t column = 0;
    for (; column + kLanes <= width; column += kLanes) {
      Doubles shift, scale;
      __builtin_memcpy(&shift, mean + column, sizeof shift);
      __builtin_memcpy(&scale, deviation + column, sizeof scale);
      Doubles value = __builtin_convertvector(Vectors<float>::load(x + column), Doubles);
      Vectors<float>::store(y + column, __builtin_convertvector((value - shift) / scale, Floats));
    }
    for (; column < width; column++) y[column] = static_cast<float>((x[column] - mean[column]) / deviation[column]);
  }
};
