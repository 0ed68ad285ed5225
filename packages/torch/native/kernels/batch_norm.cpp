// leeway::batch_norm_act: batch normalisation, a residual and ReLU together, in two passes over memory forward and two
// backward. Values lie as rows of channels (channels_last), in float32, bfloat16 or float64; statistics are summed in
// parts that are the same for every number of threads, and joined in float64.
#include "../errors.hpp"
#include "batch_norm_backward.hpp"
#include "batch_norm_forward.hpp"
#include "batch_norm_ranks.hpp"
#include "define.hpp"
#include "node.hpp"

#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/saved_variable.h>

#include <string>
#include <tuple>

namespace leeway {
namespace kernels {
namespace {

using torch::autograd::SavedVariable;
using torch::autograd::variable_list;

at::Tensor asRows(const at::Tensor& x) {
  return x.contiguous(x.dim() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous);
}

struct Batch {
  at::Tensor input, residual;  // the second undefined where nothing is added
  at::Tensor weight, bias, runningMean, runningVar;
};

// A node of libtorch's own making, not a torch::autograd::Function: that one holds every gradient twice, so that none
// could be written over.
struct BatchNormActBackward : torch::autograd::Node {
  SavedVariable x, y, weight, bias;
  at::Tensor mean, inverseDeviation;
  bool training, relu, hasResidual;
  double count;
  std::shared_ptr<AcrossRanks> ranks;

  std::string name() const override { return "BatchNormActBackward"; }

  void release_variables() override {
    std::lock_guard<std::mutex> lock(mutex_);
    for (SavedVariable* each : {&x, &y, &weight, &bias}) each->reset_data();
  }

  variable_list apply(variable_list&& gradients) override {
    TORCH_CHECK(!at::GradMode::is_enabled(), "leeway::batch_norm_act has no second derivative");
    std::lock_guard<std::mutex> lock(mutex_);
    at::Tensor first = std::move(gradients[0]);
    at::Tensor second = gradients.size() > 1 ? std::move(gradients[1]) : at::Tensor();
    if (!first.defined()) std::swap(first, second);
    if (!first.defined()) return variable_list(4);
    const at::Tensor result = y.unpack(pointerTo<torch::autograd::Node>(this));
    const Saved saved{x.unpack(), result, weight.unpack(), bias.unpack(), mean, inverseDeviation, training, relu,
                      hasResidual, count, ranks};
    Gradients to = withStorage(saved.x, [&](auto storage) {
      return backwardOf<decltype(storage)>(likeInput(std::move(first), saved), likeInput(std::move(second), saved), saved,
                                           task_should_compute_output(0));
    });
    return {to.x, to.residual, to.weight, to.bias};
  }

  static at::Tensor likeInput(at::Tensor gradient, const Saved& saved) {
    if (!gradient.defined()) return gradient;
    if (gradient.scalar_type() != saved.x.scalar_type()) gradient = gradient.to(saved.x.scalar_type());
    const auto format = saved.x.dim() == 4 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
    return gradient.is_contiguous(format) ? gradient : gradient.contiguous(format);
  }
};

// The result, `times` times: once, or twice for two uses whose gradients are then added here.
variable_list forward(const Batch& batch, const Step& step, int times) {
  variable_list results;
  Forward made;
  at::Tensor x;
  {
    at::AutoDispatchBelowADInplaceOrView guard;
    x = asRows(batch.input);
    const at::Tensor added = batch.residual.defined() ? asRows(batch.residual) : at::Tensor();
    made = withStorage(x, [&](auto storage) {
      return forwardOf<decltype(storage)>(x, added, batch.weight, batch.bias, batch.runningMean, batch.runningVar, step);
    });
    results.push_back(made.y);
    if (times == 2) results.push_back(made.y.alias());
  }
  if (!torch::autograd::compute_requires_grad(batch.input, batch.residual, batch.weight, batch.bias)) return results;
  const auto node = makeNode<BatchNormActBackward>();
  node->set_next_edges(
      torch::autograd::collect_next_edges(batch.input, batch.residual, batch.weight, batch.bias));
  node->x = SavedVariable(x, false);
  node->weight = SavedVariable(batch.weight, false);
  node->bias = SavedVariable(batch.bias, false);
  node->mean = made.mean;
  node->inverseDeviation = made.inverseDeviation;
  node->training = step.training;
  node->relu = step.relu;
  node->hasResidual = batch.residual.defined();
  node->count = made.count;
  node->ranks = step.ranks;
  torch::autograd::set_history(results, node.pointer);
  if (step.relu && node->hasResidual) node->y = SavedVariable(results[0], true);
  return results;
}

Batch checkedBatch(const at::Tensor& input, const c10::optional<at::Tensor>& residual, const at::Tensor& weight,
                   const at::Tensor& bias, const at::Tensor& runningMean, const at::Tensor& runningVar, bool training) {
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
  // Of several ranks each has an example.
  TORCH_CHECK(!training || values > 1 || (values == 1 && acrossRanks()), "expected more than one value for each channel in training, got shape ",
              input.sizes());
  return {input, added ? residual->to(input.scalar_type()) : at::Tensor(), weight, bias, runningMean, runningVar};
}

variable_list results(const Batch& batch, const Step& step, int times) {
  const int64_t dimensions = batch.input.dim();
  if (normalizes(batch.input, batch.weight) && (dimensions == 4 || dimensions == 2)) return forward(batch, step, times);
  at::Tensor y = step.ranks
                     ? batchNormAcross(batch.input, batch.weight, batch.bias, batch.runningMean, batch.runningVar, step,
                                       *step.ranks)
                     : at::batch_norm(batch.input, batch.weight, batch.bias, batch.runningMean, batch.runningVar,
                                      step.training, step.momentum, step.eps, true);
  if (batch.residual.defined()) y = y + batch.residual;
  return variable_list(times, step.relu ? at::relu(y) : y);
}

Step stepOf(bool training, double momentum, double eps, bool relu) {
  return {training, momentum, eps, relu, training ? acrossRanks() : nullptr};
}

at::Tensor batchNormAct(const at::Tensor& input, const c10::optional<at::Tensor>& residual, const at::Tensor& weight,
                        const at::Tensor& bias, const at::Tensor& runningMean, const at::Tensor& runningVar,
                        bool training, double momentum, double eps, bool relu) {
  const Batch batch = checkedBatch(input, residual, weight, bias, runningMean, runningVar, training);
  return results(batch, stepOf(training, momentum, eps, relu), 1)[0];
}

std::tuple<at::Tensor, at::Tensor> batchNormActTwice(const at::Tensor& input, const c10::optional<at::Tensor>& residual,
                                                     const at::Tensor& weight, const at::Tensor& bias,
                                                     const at::Tensor& runningMean, const at::Tensor& runningVar,
                                                     bool training, double momentum, double eps, bool relu) {
  const Batch batch = checkedBatch(input, residual, weight, bias, runningMean, runningVar, training);
  const variable_list both = results(batch, stepOf(training, momentum, eps, relu), 2);
  return {both[0], both[1]};
}

const std::string arguments =
    "(Tensor input, Tensor? residual, Tensor weight, Tensor bias, Tensor(a!) running_mean, Tensor(b!) running_var, "
    "bool training, float momentum, float eps, bool relu)";

}  // namespace

static const auto once = define("batch_norm_act", arguments + " -> Tensor", batchNormAct);
static const auto twice = define("batch_norm_act_twice", arguments + " -> (Tensor, Tensor)", batchNormActTwice);

}  // namespace kernels
}  // namespace leeway
