// leeway::margin_cross_entropy: cross entropy of logits that each class stretches and shifts, with a margin for the true
// class, and its gradient: one pass over the logits before the softmax, one after it.
#include "../errors.hpp"
#include "define.hpp"

#include <torch/csrc/autograd/custom_function.h>

namespace leeway {
namespace kernels {
namespace cross_entropy {  // all sources are one unit
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;
using Maybe = c10::optional<at::Tensor>;

// Numbers of each class, [K], or none.
template <typename Number>
struct PerClass {
  at::Tensor held;
  const Number* values = nullptr;

  PerClass(const Maybe& given, const at::Tensor& logits) {
    if (!given.has_value() || !given->defined()) return;
    held = given->to(logits.options()).contiguous();
    values = held.data_ptr<Number>();
  }
};

template <typename Number>
at::Tensor adjusted(const at::Tensor& logits, const int64_t* target, const Maybe& multipliers, const Maybe& offsets,
                    const Maybe& margins, double scale) {
  const int64_t rows = logits.size(0), classes = logits.size(1);
  const PerClass<Number> slopes(multipliers, logits), shifts(offsets, logits), lowered(margins, logits);
  at::Tensor result = at::empty_like(logits);
  const Number* z = logits.data_ptr<Number>();
  Number* to = result.data_ptr<Number>();
  const Number by = static_cast<Number>(scale);
  for (int64_t i = 0; i < rows; i++, z += classes, to += classes) {
    for (int64_t j = 0; j < classes; j++) to[j] = z[j] * by;
    if (slopes.values != nullptr) {
      for (int64_t j = 0; j < classes; j++) to[j] *= slopes.values[j];
    }
    if (shifts.values != nullptr) {
      for (int64_t j = 0; j < classes; j++) to[j] += shifts.values[j];
    }
    if (lowered.values != nullptr) to[target[i]] -= lowered.values[target[i]];
  }
  return result;
}

template <typename Number>
at::Tensor lossesOf(const at::Tensor& logs, const int64_t* target) {
  at::Tensor losses = at::empty({logs.size(0)}, logs.options());
  for (int64_t i = 0; i < logs.size(0); i++) {
    losses.data_ptr<Number>()[i] = 0 - logs.data_ptr<Number>()[i * logs.size(1) + target[i]];  // no -0
  }
  return losses;
}

template <typename Number>
at::Tensor gradientOf(const at::Tensor& gradient, const at::Tensor& logs, const int64_t* target,
                      const Maybe& multipliers, double scale) {
  const int64_t rows = logs.size(0), classes = logs.size(1);
  const PerClass<Number> slopes(multipliers, logs);
  at::Tensor result = at::exp(logs);
  Number* to = result.data_ptr<Number>();
  const Number* g = gradient.data_ptr<Number>();
  for (int64_t i = 0; i < rows; i++, to += classes) {
    const Number by = g[i] * static_cast<Number>(scale);
    to[target[i]] -= 1;
    for (int64_t j = 0; j < classes; j++) to[j] *= by;
    if (slopes.values != nullptr) {
      for (int64_t j = 0; j < classes; j++) to[j] *= slopes.values[j];
    }
  }
  return result;
}

template <typename Body>
auto withNumber(const at::Tensor& x, const Body& body) {
  return x.scalar_type() == at::kDouble ? body(double()) : body(float());
}

struct MarginCrossEntropy : torch::autograd::Function<MarginCrossEntropy> {
  static Variable forward(AutogradContext* context, const Variable& logits, const at::Tensor& targets,
                          const Maybe& multipliers, const Maybe& offsets, const Maybe& margins, double scale) {
    const at::Tensor z = logits.contiguous(), classes = targets.contiguous();
    const int64_t* target = classes.data_ptr<int64_t>();
    const at::Tensor logs = at::log_softmax(
        withNumber(z, [&](auto number) {
          return adjusted<decltype(number)>(z, target, multipliers, offsets, margins, scale);
        }),
        1);
    context->save_for_backward({logs, classes, multipliers.value_or(at::Tensor())});
    context->saved_data["scale"] = scale;
    return withNumber(z, [&](auto number) { return lossesOf<decltype(number)>(logs, target); });
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "leeway::margin_cross_entropy has no second derivative");
    const variable_list held = context->get_saved_variables();
    const at::Tensor &logs = held[0], gradient = gradients[0].contiguous();
    const at::Tensor result = withNumber(logs, [&](auto number) {
      return gradientOf<decltype(number)>(gradient, logs, held[1].data_ptr<int64_t>(), held[2],
                                          context->saved_data["scale"].toDouble());
    });
    return {result, {}, {}, {}, {}, {}};
  }
};

void requireClasses(const at::Tensor& targets, int64_t classes) {
  const at::Tensor held = targets.contiguous();
  const int64_t* target = held.data_ptr<int64_t>();
  for (int64_t i = 0; i < held.numel(); i++) {
    TORCH_CHECK(target[i] >= 0 && target[i] < classes, "Target ", target[i], " is out of bounds: expected 0 to ",
                classes - 1, " at [", i, "]");
  }
}

at::Tensor marginCrossEntropy(const at::Tensor& logits, const at::Tensor& targets, const Maybe& multipliers,
                              const Maybe& offsets, const Maybe& margins, double scale) {
  TORCH_CHECK(logits.dim() == 2, "expected logits of 2 dimensions, got ", logits.dim());
  TORCH_CHECK(targets.scalar_type() == at::kLong && targets.dim() == 1 && targets.size(0) == logits.size(0),
              "expected ", logits.size(0), " targets in int64, got shape ", targets.sizes());
  for (const Maybe& each : {multipliers, offsets, margins}) {
    TORCH_CHECK(!each.has_value() || !each->defined() || (each->dim() == 1 && each->size(0) == logits.size(1)),
                "expected ", logits.size(1), " numbers, one for each class, got shape ", each->sizes());
  }
  const bool known = logits.scalar_type() == at::kFloat || logits.scalar_type() == at::kDouble;
  if (logits.is_cpu() && targets.is_cpu() && known) {
    requireClasses(targets, logits.size(1));
    return MarginCrossEntropy::apply(logits, targets, multipliers, offsets, margins, scale);
  }
  // Small, and not waited for: the copies are queued like everything else.
  const auto there = [&](const Maybe& each) { return each->to(logits.options(), /*non_blocking=*/true); };
  at::Tensor z = scale == 1 ? logits : logits * scale;
  if (multipliers.has_value() && multipliers->defined()) z = z * there(multipliers);
  if (offsets.has_value() && offsets->defined()) z = z + there(offsets);
  if (margins.has_value() && margins->defined()) z = z - at::one_hot(targets, logits.size(1)) * there(margins);
  return at::cross_entropy_loss(z, targets, {}, at::Reduction::None);
}

}  // namespace

static const auto crossEntropyOperator =
    define("margin_cross_entropy",
           "(Tensor logits, Tensor targets, Tensor? multipliers, Tensor? offsets, Tensor? margins, float scale) -> Tensor",
           marginCrossEntropy);

}  // namespace cross_entropy
}  // namespace kernels
}  // namespace leeway
