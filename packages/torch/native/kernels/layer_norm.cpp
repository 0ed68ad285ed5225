// leeway::layer_norm_act: a bias, layer normalisation and ReLU together, one pass over the rows forward and one backward.
// Rows in float32, bfloat16 or float64; gradients of parameters are summed in parts that are the same for every number
// of threads, and joined in float64.
#include "../errors.hpp"
#include "define.hpp"
#include "in_parallel.hpp"
#include "instruction_sets.hpp"

#include <torch/csrc/autograd/custom_function.h>

#include <vector>

namespace leeway {
namespace kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

// [..., width] as rows, in parts of which a few fit the second cache.
struct LayerNormParts {
  static constexpr int64_t kValues = 1 << 15, kLongestVector = 16;
  int64_t width, rows, perPart, parts, padded;

  explicit LayerNormParts(const at::Tensor& x) {
    width = x.size(-1);
    rows = x.numel() / width;
    perPart = std::max<int64_t>(1, kValues / width);
    parts = (rows + perPart - 1) / perPart;
    padded = (width + kLongestVector - 1) / kLongestVector * kLongestVector;
  }
  int64_t rowsOf(int64_t part) const { return std::min((part + 1) * perPart, rows) - part * perPart; }
};

// Parameters of the columns in the type that is computed with, each filled up with zeros.
template <typename Number>
struct PaddedColumns {
  std::vector<Number> values;
  int64_t padded;

  PaddedColumns(const at::Tensor& added, const at::Tensor& weight, const at::Tensor& bias, const LayerNormParts& parts)
      : values(4 * parts.padded, Number(0)), padded(parts.padded) {
    int64_t at = 0;
    for (const at::Tensor& each : {added, weight, bias}) {
      if (each.defined()) std::copy_n(each.contiguous().data_ptr<Number>(), parts.width, values.begin() + at);
      at += padded;
    }
    std::fill_n(values.begin() + at, parts.width, Number(1));
  }
  LayerNormColumns<Number> columns() const {
    return {values.data(), values.data() + padded, values.data() + 2 * padded, values.data() + 3 * padded};
  }
};

// Calls body with whether there is a bias before, and a ReLU after, as constants.
template <typename Body>
void withSteps(bool added, bool relu, const Body& body) {
  if (added && relu) return body(std::true_type(), std::true_type());
  if (added) return body(std::true_type(), std::false_type());
  if (relu) return body(std::false_type(), std::true_type());
  body(std::false_type(), std::false_type());
}

struct LayerNormForward {
  at::Tensor y, mean, inverse;
};

template <typename Storage>
LayerNormForward layerNormForward(const at::Tensor& x, const at::Tensor& added, const at::Tensor& weight,
                                  const at::Tensor& bias, double eps, bool relu) {
  using Number = NumberOf<Storage>;
  const LayerNormParts parts(x);
  LayerNormForward result{at::empty_like(x), at::empty({parts.rows}, weight.options()),
                          at::empty({parts.rows}, weight.options())};
  const PaddedColumns<Number> held(added, weight, bias, parts);
  const Storage* from = x.data_ptr<Storage>();
  Storage* to = result.y.data_ptr<Storage>();
  Number *mean = result.mean.data_ptr<Number>(), *inverse = result.inverse.data_ptr<Number>();
  inParallel(parts.parts, [&](int64_t begin, int64_t end) {
    std::vector<Number> row(parts.padded);
    for (int64_t part = begin; part < end; part++) {
      const int64_t first = part * parts.perPart, at = first * parts.width;
      withSteps(added.defined(), relu, [&](auto hasAdded, auto hasRelu) {
        withLayerNormRows<Storage>([&](auto loops) {
          loops.template normalize<decltype(hasAdded)::value, decltype(hasRelu)::value>(
              from + at, to + at, held.columns(), {mean + first, inverse + first}, parts.rowsOf(part), parts.width, eps,
              row.data());
        });
      });
    }
  });
  return result;
}

struct LayerNormGradients {
  at::Tensor x, added, weight, bias;
};

struct LayerNormSaved {
  at::Tensor x, added, weight, bias, mean, inverse;
  bool relu;
};

// Of column sums part by part, one of the three, joined.
template <typename Number>
at::Tensor joined(const std::vector<Number>& sums, int64_t which, const LayerNormParts& parts, const at::Tensor& like) {
  std::vector<double> all(parts.width, 0.0);
  for (int64_t part = 0; part < parts.parts; part++) {
    const Number* from = sums.data() + (3 * part + which) * parts.padded;
    for (int64_t i = 0; i < parts.width; i++) all[i] += from[i];
  }
  at::Tensor result = at::empty({parts.width}, like.options());
  std::copy(all.begin(), all.end(), result.data_ptr<Number>());
  return result;
}

template <typename Storage>
LayerNormGradients layerNormBackward(const at::Tensor& gradient, const LayerNormSaved& saved) {
  using Number = NumberOf<Storage>;
  const LayerNormParts parts(saved.x);
  const PaddedColumns<Number> held(saved.added, saved.weight, saved.bias, parts);
  LayerNormGradients to{at::empty_like(saved.x), {}, {}, {}};
  const Storage *g = gradient.data_ptr<Storage>(), *x = saved.x.data_ptr<Storage>();
  Storage* toX = to.x.data_ptr<Storage>();
  Number *mean = saved.mean.data_ptr<Number>(), *inverse = saved.inverse.data_ptr<Number>();
  std::vector<Number> sums(3 * parts.parts * parts.padded, Number(0));
  inParallel(parts.parts, [&](int64_t begin, int64_t end) {
    std::vector<Number> row(2 * parts.padded);
    for (int64_t part = begin; part < end; part++) {
      const int64_t first = part * parts.perPart, at = first * parts.width;
      Number* mine = sums.data() + 3 * part * parts.padded;
      withSteps(saved.added.defined(), saved.relu, [&](auto hasAdded, auto hasRelu) {
        withLayerNormRows<Storage>([&](auto loops) {
          loops.template gradients<decltype(hasAdded)::value, decltype(hasRelu)::value>(
              g + at, x + at, toX + at, held.columns(), {mean + first, inverse + first},
              {mine, mine + parts.padded, mine + 2 * parts.padded}, parts.rowsOf(part), parts.width, row.data());
        });
      });
    }
  });
  if (saved.added.defined()) to.added = joined(sums, 0, parts, saved.weight);
  to.weight = joined(sums, 1, parts, saved.weight);
  to.bias = joined(sums, 2, parts, saved.weight);
  return to;
}

struct LayerNormAct : torch::autograd::Function<LayerNormAct> {
  static Variable forward(AutogradContext* context, const Variable& input, const c10::optional<Variable>& added,
                          const Variable& weight, const Variable& bias, double eps, bool relu) {
    const at::Tensor x = input.contiguous();
    const at::Tensor before = added.has_value() ? *added : at::Tensor();
    LayerNormForward result = withStorage(x, [&](auto storage) {
      return layerNormForward<decltype(storage)>(x, before, weight, bias, eps, relu);
    });
    context->save_for_backward({x, before, weight, bias, result.mean, result.inverse});
    context->saved_data["relu"] = relu;
    return result.y;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "leeway::layer_norm_act has no second derivative");
    const variable_list held = context->get_saved_variables();
    const LayerNormSaved saved{held[0], held[1], held[2], held[3], held[4], held[5],
                               context->saved_data["relu"].toBool()};
    const at::Tensor gradient = gradients[0].to(saved.x.scalar_type()).contiguous();
    LayerNormGradients to = withStorage(
        saved.x, [&](auto storage) { return layerNormBackward<decltype(storage)>(gradient, saved); });
    return {to.x, to.added, to.weight, to.bias, {}, {}};
  }
};

at::Tensor layerNormAct(const at::Tensor& input, const c10::optional<at::Tensor>& added, const at::Tensor& weight,
                        const at::Tensor& bias, double eps, bool relu) {
  TORCH_CHECK(input.dim() >= 1, "expected input of at least 1 dimension, got a scalar");
  const bool hasAdded = added.has_value() && added->defined();
  for (const at::Tensor& each : {weight, bias, hasAdded ? *added : bias}) {
    TORCH_CHECK(each.dim() == 1 && each.size(0) == input.size(-1), "expected ", input.size(-1),
                " values, one for each column, got shape ", each.sizes());
    TORCH_CHECK(each.scalar_type() == weight.scalar_type(), "expected ", weight.scalar_type(), " as the weight, got ",
                each.scalar_type());
  }
  const c10::optional<at::Tensor> before = hasAdded ? added : c10::nullopt;
  if (normalizes(input, weight)) return LayerNormAct::apply(input, before, weight, bias, eps, relu);
  const at::Tensor numbers = input.to(weight.scalar_type());
  at::Tensor y = at::layer_norm(hasAdded ? numbers + *added : numbers, {input.size(-1)}, weight, bias, eps);
  return (relu ? at::relu(y) : y).to(input.scalar_type());
}

}  // namespace

static const auto layerNormOperators = define(
    "layer_norm_act", "(Tensor input, Tensor? added, Tensor weight, Tensor bias, float eps, bool relu) -> Tensor",
    layerNormAct);

}  // namespace kernels
}  // namespace leeway
