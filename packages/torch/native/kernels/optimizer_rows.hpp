// An optimizer's loops over values of all parameters. Included like rows.hpp.

template <typename Number>
struct OptimizerRows {
  using Values = Vectors<Number>;
  using Vector = typename Values::Type;

  // v = momentum v + g + decay p;  p -= lr v, or with Nesterov lr (g + decay p + momentum v). `v` may be null.
  static void sgd(Number* p, const Number* g, Number* v, Sgd<Number> rule, int64_t count) {
    const int64_t whole = count / kLanes * kLanes;
    for (int64_t i = 0; i < whole; i += kLanes) {
      Vector parameter = Values::load(p + i);
      const Vector gradient = Values::load(g + i) + parameter * rule.decay;
      Vector direction = gradient;
      if (v != nullptr) {
        const Vector velocity = Values::load(v + i) * rule.momentum + gradient;
        Values::store(v + i, velocity);
        direction = rule.nesterov ? gradient + velocity * rule.momentum : velocity;
      }
      Values::store(p + i, parameter - direction * rule.lr);
    }
    for (int64_t i = whole; i < count; i++) {
      const Number gradient = g[i] + p[i] * rule.decay;
      Number direction = gradient;
      if (v != nullptr) {
        v[i] = v[i] * rule.momentum + gradient;
        direction = rule.nesterov ? gradient + v[i] * rule.momentum : v[i];
      }
      p[i] -= direction * rule.lr;
    }
  }

  static double squares(const Number* values, int64_t count) {
    const int64_t whole = count / kLanes * kLanes;
    Vector sum{};
    for (int64_t i = 0; i < whole; i += kLanes) {
      const Vector each = Values::load(values + i);
      sum += each * each;
    }
    double total = 0;
    for (int i = 0; i < kLanes; i++) total += sum[i];
    for (int64_t i = whole; i < count; i++) total += static_cast<double>(values[i]) * values[i];
    return total;
  }
};
