// leeway::batch_norm_act: batch normalisation, a residual and ReLU together, in two passes over memory forward and two
// backward. Values lie as rows of channels (channels_last), in float32, bfloat16 or float64; statistics are summed in
// parts that are the same for every number of threads, and joined in float64.
#include "../errors.hpp"
#include "define.hpp"
#include "in_parallel.hpp"
#include "instruction_sets.hpp"

#include <torch/csrc/autograd/custom_function.h>

#include <cmath>
#include <memory>
#include <numeric>
#include <vector>

namespace leeway {
namespace kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

// Values of one part: a few of them fit the second cache with their results.
constexpr int64_t kPart = 1 << 15;

// [N, C, ...] in channels_last as rows of a width that vectors divide: as many pixels beside each other as that takes.
struct Rows {
  int64_t channels, width, rows, perPart, parts;
  int64_t rest;  // values after the last whole row, of whole pixels

  explicit Rows(const at::Tensor& x) {
    channels = x.size(1);
    width = channels / std::gcd(channels, int64_t{16}) * 16;
    rows = channels == 0 ? 0 : x.numel() / width;
    rest = x.numel() - rows * width;
    perPart = std::max<int64_t>(1, kPart / std::max<int64_t>(1, width));
    parts = (rows + perPart - 1) / perPart;
  }
  int64_t pixels() const { return (rows * width + rest) / channels; }
  int64_t start(int64_t part) const { return part * perPart * width; }
  int64_t rowsOf(int64_t part) const { return rowsOf(part, part + 1); }
  int64_t rowsOf(int64_t begin, int64_t end) const { return std::min(end * perPart, rows) - begin * perPart; }
  int64_t restStart() const { return rows * width; }
};

// A value for each channel, repeated to the width of a row.
template <typename Number>
struct Repeated {
  std::vector<Number> values;
  Repeated(const std::vector<double>& perChannel, const Rows& rows) : values(rows.width) {
    for (int64_t i = 0; i < rows.width; i++) values[i] = static_cast<Number>(perChannel[i % rows.channels]);
  }
  const Number* data() const { return values.data(); }
};

struct Statistics {
  std::vector<double> mean, variance;  // biased
};

// Joins the moments of values in groups, each with its own mean, exactly (Chan et al. 1983).
struct Joined {
  double count = 0, mean = 0, squares = 0;
  void add(double n, double otherMean, double otherSquares) {
    const double all = count + n, distance = otherMean - mean;
    mean += distance * (n / all);
    squares += otherSquares + distance * distance * (count * n / all);
    count = all;
  }
};

template <typename Storage>
Statistics batchStatistics(const Storage* x, const Rows& rows) {
  using Number = NumberOf<Storage>;
  const int64_t width = rows.width, channels = rows.channels;
  std::vector<Joined> joined(rows.parts * channels);
  inParallel(rows.parts, [&](int64_t begin, int64_t end) {
    std::vector<Number> sums(3 * width);
    Moments<Number> moments{sums.data(), sums.data() + width, sums.data() + 2 * width};
    for (int64_t part = begin; part < end; part++) {
      const int64_t n = rows.rowsOf(part);
      withBatchNormRows<Storage>([&](auto loops) { loops.moments(x + rows.start(part), n, width, moments); });
      for (int64_t i = 0; i < width; i++) {
        const double sum = moments.sum[i];
        joined[part * channels + i % channels].add(n, moments.first[i] + sum / n, moments.squares[i] - sum * sum / n);
      }
    }
  });
  Statistics statistics{std::vector<double>(channels), std::vector<double>(channels)};
  for (int64_t c = 0; c < channels; c++) {
    Joined all;
    for (int64_t part = 0; part < rows.parts; part++) {
      const Joined& each = joined[part * channels + c];
      all.add(each.count, each.mean, each.squares);
    }
    for (int64_t i = rows.restStart() + c; i < rows.restStart() + rows.rest; i += channels) {
      all.add(1, static_cast<double>(x[i]), 0);
    }
    statistics.mean[c] = all.mean;
    statistics.variance[c] = std::max(0.0, all.squares / all.count);  // rounding may leave less than nothing
    if (std::isnan(all.squares)) statistics.variance[c] = all.squares;
  }
  return statistics;
}

template <typename Number>
std::vector<double> toDoubles(const at::Tensor& values) {
  at::Tensor held = values.contiguous();
  const Number* from = held.data_ptr<Number>();
  return std::vector<double>(from, from + held.numel());
}

template <typename Number>
at::Tensor toTensor(const std::vector<double>& values, const at::Tensor& like) {
  at::Tensor tensor = at::empty({static_cast<int64_t>(values.size())}, like.options());
  std::copy(values.begin(), values.end(), tensor.data_ptr<Number>());
  return tensor;
}

// running = (1 - momentum) running + momentum new
template <typename Number>
void update(const at::Tensor& running, const std::vector<double>& values, double factor, double momentum) {
  at::Tensor held = running.contiguous();
  Number* to = held.data_ptr<Number>();
  for (size_t c = 0; c < values.size(); c++) {
    to[c] = static_cast<Number>((1 - momentum) * to[c] + momentum * values[c] * factor);
  }
  if (!running.is_contiguous()) running.copy_(held);
  running.unsafeGetTensorImpl()->bump_version();
}

// A row of what is left after the whole ones, filled up with zeros, so that it goes through the same loops.
template <typename Storage>
struct LastRow {
  std::vector<Storage> values;
  LastRow(const Storage* all, const Rows& rows) : values(rows.width, Storage(0)) {
    if (all != nullptr) std::copy_n(all + rows.restStart(), rows.rest, values.begin());
  }
  Storage* data() { return values.data(); }
  void writeTo(Storage* all, const Rows& rows) { std::copy_n(values.begin(), rows.rest, all + rows.restStart()); }
};

struct Step {
  bool training;
  double momentum, eps;
  bool relu;
};

template <typename Storage, bool hasResidual, bool hasRelu>
void normalizeAll(const Storage* x, const Storage* residual, Storage* y, Columns<NumberOf<Storage>> columns,
                  const Rows& rows) {
  inParallel(rows.parts, [&](int64_t begin, int64_t end) {
    const int64_t at = rows.start(begin);
    withBatchNormRows<Storage>([&](auto loops) {
      loops.template normalize<hasResidual, hasRelu>(x + at, hasResidual ? residual + at : nullptr, y + at, columns,
                                                     rows.rowsOf(begin, end), rows.width);
    });
  });
  if (rows.rest == 0) return;
  LastRow<Storage> lastX(x, rows), lastResidual(hasResidual ? residual : nullptr, rows), lastY(nullptr, rows);
  withBatchNormRows<Storage>([&](auto loops) {
    loops.template normalize<hasResidual, hasRelu>(lastX.data(), lastResidual.data(), lastY.data(), columns, 1,
                                                   rows.width);
  });
  lastY.writeTo(y, rows);
}

template <typename Storage>
at::Tensor normalized(const at::Tensor& x, const at::Tensor& residual, Columns<NumberOf<Storage>> columns, bool relu) {
  at::Tensor y = at::empty_like(x);
  const Rows rows(x);
  const Storage* from = x.data_ptr<Storage>();
  const Storage* added = residual.defined() ? residual.data_ptr<Storage>() : nullptr;
  Storage* to = y.data_ptr<Storage>();
  if (added != nullptr && relu) normalizeAll<Storage, true, true>(from, added, to, columns, rows);
  if (added != nullptr && !relu) normalizeAll<Storage, true, false>(from, added, to, columns, rows);
  if (added == nullptr && relu) normalizeAll<Storage, false, true>(from, added, to, columns, rows);
  if (added == nullptr && !relu) normalizeAll<Storage, false, false>(from, added, to, columns, rows);
  return y;
}

struct Forward {
  at::Tensor y;
  at::Tensor mean, inverseDeviation;  // float64, what the backward pass needs of the batch
};

template <typename Storage>
Forward forwardOf(const at::Tensor& x, const at::Tensor& residual, const at::Tensor& weight, const at::Tensor& bias,
                  const at::Tensor& runningMean, const at::Tensor& runningVar, const Step& step) {
  using Number = NumberOf<Storage>;
  const Rows rows(x);
  Statistics statistics;
  if (step.training) {
    statistics = batchStatistics(x.data_ptr<Storage>(), rows);
    const double n = static_cast<double>(rows.pixels());
    update<Number>(runningMean, statistics.mean, 1, step.momentum);
    update<Number>(runningVar, statistics.variance, n / (n - 1), step.momentum);
  } else {
    statistics = {toDoubles<Number>(runningMean), toDoubles<Number>(runningVar)};
  }
  std::vector<double> inverse(rows.channels), scale(rows.channels);
  const std::vector<double> gamma = toDoubles<Number>(weight);
  for (int64_t c = 0; c < rows.channels; c++) {
    inverse[c] = 1 / std::sqrt(statistics.variance[c] + step.eps);
    scale[c] = gamma[c] * inverse[c];
  }
  const Repeated<Number> means(statistics.mean, rows), scales(scale, rows), shifts(toDoubles<Number>(bias), rows);
  at::Tensor like = weight.new_empty({0}, weight.options().dtype(at::kDouble));
  return {normalized<Storage>(x, residual, {means.data(), scales.data(), shifts.data()}, step.relu),
          toTensor<double>(statistics.mean, like), toTensor<double>(inverse, like)};
}

template <typename Storage>
Read<Storage> startingAt(Read<Storage> from, int64_t at) {
  return {from.gradient + at, from.y == nullptr ? nullptr : from.y + at, from.x + at};
}

struct GradientSums {
  std::vector<double> sums, products;  // of g, and of g (x - mean)
};

template <typename Storage, Relu relu>
GradientSums gradientSums(Read<Storage> from, Columns<NumberOf<Storage>> columns, const Rows& rows) {
  using Number = NumberOf<Storage>;
  const int64_t channels = rows.channels;
  std::vector<double> perPart(rows.parts * 2 * channels, 0.0);
  inParallel(rows.parts, [&](int64_t begin, int64_t end) {
    std::vector<Number> sums(rows.width), products(rows.width);
    for (int64_t part = begin; part < end; part++) {
      withBatchNormRows<Storage>([&](auto loops) {
        loops.template gradientSums<relu>(startingAt(from, rows.start(part)), columns, rows.rowsOf(part), rows.width,
                                          sums.data(), products.data());
      });
      double* to = perPart.data() + part * 2 * channels;
      for (int64_t i = 0; i < rows.width; i++) {
        to[i % channels] += sums[i];
        to[channels + i % channels] += products[i];
      }
    }
  });
  GradientSums all{std::vector<double>(channels), std::vector<double>(channels)};
  for (int64_t part = 0; part < rows.parts; part++) {
    for (int64_t c = 0; c < channels; c++) {
      all.sums[c] += perPart[part * 2 * channels + c];
      all.products[c] += perPart[(part * 2 + 1) * channels + c];
    }
  }
  if (rows.rest == 0) return all;
  LastRow<Storage> lastG(from.gradient, rows), lastY(from.y, rows), lastX(from.x, rows);
  std::vector<Number> sums(rows.width), products(rows.width);
  withBatchNormRows<Storage>([&](auto loops) {
    loops.template gradientSums<relu>({lastG.data(), lastY.data(), lastX.data()}, columns, 1, rows.width, sums.data(),
                                      products.data());
  });
  for (int64_t i = 0; i < rows.rest; i++) {
    all.sums[i % channels] += sums[i];
    all.products[i % channels] += products[i];
  }
  return all;
}

template <typename Storage, Relu relu, bool hasResidual>
void inputGradients(Read<Storage> from, GradientColumns<NumberOf<Storage>> columns, const Rows& rows, Storage* toX,
                    Storage* toResidual) {
  inParallel(rows.parts, [&](int64_t begin, int64_t end) {
    const int64_t at = rows.start(begin);
    withBatchNormRows<Storage>([&](auto loops) {
      loops.template inputGradient<relu, hasResidual>(startingAt(from, at), columns, rows.rowsOf(begin, end),
                                                      rows.width, toX + at, hasResidual ? toResidual + at : nullptr);
    });
  });
  if (rows.rest == 0) return;
  LastRow<Storage> lastG(from.gradient, rows), lastY(from.y, rows), lastX(from.x, rows), lastToX(nullptr, rows),
      lastToResidual(nullptr, rows);
  withBatchNormRows<Storage>([&](auto loops) {
    loops.template inputGradient<relu, hasResidual>({lastG.data(), lastY.data(), lastX.data()}, columns, 1, rows.width,
                                                    lastToX.data(), lastToResidual.data());
  });
  lastToX.writeTo(toX, rows);
  if (hasResidual) lastToResidual.writeTo(toResidual, rows);
}

struct Gradients {
  at::Tensor x, residual, weight, bias;
};

// What a backward pass needs of its forward pass.
struct Saved {
  at::Tensor x, y, weight, bias, mean, inverseDeviation;  // y where something was added before the ReLU
  bool training, relu, wantsResidual;
};

template <typename Storage, Relu relu>
Gradients backwardOf(const at::Tensor& gradient, const Saved& saved) {
  using Number = NumberOf<Storage>;
  const Rows rows(saved.x);
  const std::vector<double> mean = toDoubles<double>(saved.mean), inverse = toDoubles<double>(saved.inverseDeviation),
                            gamma = toDoubles<Number>(saved.weight);
  const double n = static_cast<double>(rows.pixels());
  std::vector<double> scale(rows.channels), slope(rows.channels), offset(rows.channels);
  for (int64_t c = 0; c < rows.channels; c++) scale[c] = gamma[c] * inverse[c];
  const Repeated<Number> means(mean, rows), scales(scale, rows), shifts(toDoubles<Number>(saved.bias), rows);
  const Columns<Number> columns{means.data(), scales.data(), shifts.data()};
  const Read<Storage> from{gradient.data_ptr<Storage>(),
                           relu == Relu::ofResult ? saved.y.data_ptr<Storage>() : nullptr,
                           saved.x.data_ptr<Storage>()};
  GradientSums all = gradientSums<Storage, relu>(from, columns, rows);
  for (int64_t c = 0; c < rows.channels; c++) {
    // Fixed statistics (evaluation) do not move with the batch.
    slope[c] = saved.training ? inverse[c] * inverse[c] * all.products[c] / n : 0;
    offset[c] = saved.training ? all.sums[c] / n : 0;
    all.products[c] *= inverse[c];
  }
  const Repeated<Number> slopes(slope, rows), offsets(offset, rows);
  const GradientColumns<Number> gradientColumns{columns, slopes.data(), offsets.data()};
  Gradients to{at::empty_like(saved.x), {}, toTensor<Number>(all.products, saved.weight),
               toTensor<Number>(all.sums, saved.weight)};
  Storage* toX = to.x.data_ptr<Storage>();
  if (relu != Relu::none && saved.wantsResidual) {
    to.residual = at::empty_like(saved.x);
    inputGradients<Storage, relu, true>(from, gradientColumns, rows, toX, to.residual.data_ptr<Storage>());
  } else {
    inputGradients<Storage, relu, false>(from, gradientColumns, rows, toX, nullptr);
    if (saved.wantsResidual) to.residual = gradient;
  }
  return to;
}

template <typename Storage>
Gradients backwardOf(const at::Tensor& gradient, const Saved& saved) {
  if (!saved.relu) return backwardOf<Storage, Relu::none>(gradient, saved);
  return saved.y.defined() ? backwardOf<Storage, Relu::ofResult>(gradient, saved)
                           : backwardOf<Storage, Relu::ofInput>(gradient, saved);
}

at::Tensor asRows(const at::Tensor& x) {
  return x.contiguous(x.dim() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous);
}

// Calls body with a value of the type that the tensor stores.
template <typename Body>
auto withStorage(const at::Tensor& x, const Body& body) {
  if (x.scalar_type() == at::kBFloat16) return body(at::BFloat16());
  if (x.scalar_type() == at::kDouble) return body(double());
  return body(float());
}

struct BatchNormAct : torch::autograd::Function<BatchNormAct> {
  static Variable forward(AutogradContext* context, const Variable& input,
                          const c10::optional<Variable>& residual, const Variable& weight, const Variable& bias, const at::Tensor& runningMean,
                          const at::Tensor& runningVar, bool training, double momentum, double eps, bool relu) {
    const at::Tensor x = asRows(input);
    const at::Tensor added = residual.has_value() ? asRows(*residual) : at::Tensor();
    const Step step{training, momentum, eps, relu};
    Forward result = withStorage(x, [&](auto storage) {
      return forwardOf<decltype(storage)>(x, added, weight, bias, runningMean, runningVar, step);
    });
    const bool needsResult = relu && residual.has_value();
    context->save_for_backward(
        {x, needsResult ? result.y : at::Tensor(), weight, bias, result.mean, result.inverseDeviation});
    context->saved_data["training"] = training;
    context->saved_data["relu"] = relu;
    context->saved_data["residual"] = residual.has_value() && residual->requires_grad();
    return result.y;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "leeway::batch_norm_act has no second derivative");
    const variable_list held = context->get_saved_variables();
    auto flag = [&](const char* name) { return context->saved_data[name].toBool(); };
    const Saved saved{held[0], held[1], held[2], held[3], held[4], held[5],
                      flag("training"), flag("relu"), flag("residual")};
    const at::Tensor gradient = asRows(gradients[0].to(saved.x.scalar_type()));
    Gradients to = withStorage(saved.x, [&](auto storage) { return backwardOf<decltype(storage)>(gradient, saved); });
    return {to.x, to.residual, to.weight, to.bias, {}, {}, {}, {}, {}, {}};
  }
};

// Whether the kernels read such a tensor; of others the same is made of libtorch's own operators.
bool isOurs(const at::Tensor& input, const at::Tensor& weight) {
  const at::ScalarType dtype = input.scalar_type();
  const bool known = dtype == at::kFloat || dtype == at::kBFloat16 || dtype == at::kDouble;
  const at::ScalarType numbers = dtype == at::kDouble ? at::kDouble : at::kFloat;
  return input.is_cpu() && known && weight.scalar_type() == numbers && (input.dim() == 4 || input.dim() == 2) &&
         input.numel() > 0;
}

at::Tensor batchNormAct(const at::Tensor& input, const c10::optional<at::Tensor>& residual, const at::Tensor& weight,
                        const at::Tensor& bias, const at::Tensor& runningMean, const at::Tensor& runningVar,
                        bool training, double momentum, double eps, bool relu) {
  TORCH_CHECK(input.dim() >= 2, "expected input of at least 2 dimensions, got ", input.dim());
  for (const at::Tensor& each : {weight, bias, runningMean, runningVar}) {
    TORCH_CHECK(each.dim() == 1 && each.size(0) == input.size(1), "expected ", input.size(1),
                " values, one for each channel, got shape ", each.sizes());
    TORCH_CHECK(each.scalar_type() == weight.scalar_type(), "expected ", weight.scalar_type(), " as the weight, got ",
                each.scalar_type());
  }
  const bool added = residual.has_value() && residual->defined();
  TORCH_CHECK(!added || residual->sizes() == input.sizes(), "expected a residual of shape ", input.sizes(), ", got ",
              added ? residual->sizes() : input.sizes());
  const int64_t values = input.size(1) == 0 ? 0 : input.numel() / input.size(1);
  TORCH_CHECK(!training || values > 1, "expected more than one value for each channel in training, got shape ",
              input.sizes());
  const c10::optional<at::Tensor> other =
      added ? c10::make_optional(residual->to(input.scalar_type())) : c10::nullopt;
  if (isOurs(input, weight)) {
    return BatchNormAct::apply(input, other, weight, bias, runningMean, runningVar, training, momentum, eps, relu);
  }
  at::Tensor y = at::batch_norm(input, weight, bias, runningMean, runningVar, training, momentum, eps, true);
  if (added) y = y + *other;
  return relu ? at::relu(y) : y;
}

}  // namespace

static const auto operators = define(
    "batch_norm_act",
    "(Tensor input, Tensor? residual, Tensor weight, Tensor bias, Tensor(a!) running_mean, Tensor(b!) running_var, "
    "bool training, float momentum, float eps, bool relu) -> Tensor",
    batchNormAct);

}  // namespace kernels
}  // namespace leeway
