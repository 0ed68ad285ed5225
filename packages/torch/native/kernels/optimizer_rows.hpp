// An optimizer's loops over values of all parameters. Included like rows.hpp.

template <typename Number>
struct OptimizerRows {
  using Values = Vectors<Number>;
  using Vector = typename Values::Type;

  // v = momentum v + g + decay p;  p -= lr v, or with Nesterov lr (g + decay p + momentum v). `v` may be null.
  static void sgd(Number* p, const Number* g, Number* v, Sgd<Number> rule, int64_t count) {
    const int64_t whole = count / kLanes * kLanes;
    for (int64_t i = 0; i < whole; i += kLanes) {
      Vector velocity{};
      if (v != nullptr) velocity = Values::load(v + i);
      const Vector parameter = moved(Values::load(p + i), Values::load(g + i), v == nullptr ? nullptr : &velocity, rule);
      if (v != nullptr) Values::store(v + i, velocity);
      Values::store(p + i, parameter);
    }
    for (int64_t i = whole; i < count; i++) p[i] = moved(p[i], g[i], v == nullptr ? nullptr : v + i, rule);
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

 private:
  // The rule, of one number or of a vector of them.
  template <typename Value>
  LEEWAY_INLINE Value moved(Value parameter, Value gradient, Value* velocity, const Sgd<Number>& rule) {
    gradient = gradient + parameter * rule.decay;
    if (velocity == nullptr) return parameter - gradient * rule.lr;
    *velocity = *velocity * rule.momentum + gradient;
    const Value direction = rule.nesterov ? gradient + *velocity * rule.momentum : *velocity;
    return parameter - direction * rule.lr;
  }
};
