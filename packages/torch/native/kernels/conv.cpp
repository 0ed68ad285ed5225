// leeway::conv2d: libtorch's convolution, but for the gradient of the weight where a kernel of ours is faster.
#include "../errors.hpp"
#include "conv_weight_gradient.hpp"
#include "define.hpp"
#include "node.hpp"

#include <ATen/autocast_mode.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/saved_variable.h>

#include <array>

namespace leeway {
namespace kernels {
namespace {

using torch::autograd::SavedVariable;
using torch::autograd::variable_list;

// A convolution in bfloat16 of a weight in float32, 3 x 3 with stride and padding 1.
struct ConvBackward : torch::autograd::Node {
  SavedVariable x, weight;
  at::Tensor rounded;  // the weight in bfloat16

  std::string name() const override { return "ConvBackward"; }

  void release_variables() override {
    std::lock_guard<std::mutex> lock(mutex_);
    x.reset_data();
    weight.reset_data();
    rounded.reset();
  }

  variable_list apply(variable_list&& gradients) override {
    TORCH_CHECK(!at::GradMode::is_enabled(), "leeway::conv2d has no second derivative in bfloat16");
    std::lock_guard<std::mutex> lock(mutex_);
    if (!gradients[0].defined()) return variable_list(2);
    const at::Tensor input = x.unpack(), parameter = weight.unpack();
    const at::Tensor gradient = gradients[0].to(at::kBFloat16).contiguous(at::MemoryFormat::ChannelsLast);
    variable_list results(2);
    if (task_should_compute_output(1)) results[1] = weightGradient(gradient, input, parameter);
    if (task_should_compute_output(0)) {
      const std::array<int64_t, 2> one{1, 1}, zero{0, 0};
      results[0] = std::get<0>(at::convolution_backward(gradient, input, rounded, c10::nullopt, one, one, one, false,
                                                        zero, 1, {true, false, false}));
    }
    return results;
  }
};

bool computesInBFloat16(const at::Tensor& input) {
  return input.scalar_type() == at::kBFloat16 ||
         (input.scalar_type() == at::kFloat &&
          !c10::impl::tls_is_dispatch_key_excluded(c10::DispatchKey::AutocastCPU));
}

at::Tensor conv2d(const at::Tensor& input, const at::Tensor& weight, const c10::optional<at::Tensor>& bias,
                  at::IntArrayRef stride, at::IntArrayRef padding, at::IntArrayRef dilation, int64_t groups) {
  const auto areOne = [](at::IntArrayRef numbers) {
    return std::all_of(numbers.begin(), numbers.end(), [](int64_t each) { return each == 1; });
  };
  const bool plain = !(bias.has_value() && bias->defined()) && areOne(stride) && areOne(padding) && areOne(dilation) &&
                     groups == 1;
  const bool learns = at::GradMode::is_enabled() && weight.requires_grad();
  if (!plain || !learns || !computesInBFloat16(input) || !hasWeightGradient(input, weight)) {
    return at::conv2d(input, weight, bias, stride, padding, dilation, groups);
  }
  const at::Tensor x = input.to(at::kBFloat16);
  at::Tensor held, rounded, y;
  {
    at::AutoDispatchBelowADInplaceOrView guard;
    held = x.contiguous(at::MemoryFormat::ChannelsLast);
    rounded = weight.to(at::kBFloat16, /*non_blocking=*/false, /*copy=*/false, at::MemoryFormat::ChannelsLast);
    y = at::conv2d(held, rounded, {}, stride, padding, dilation, groups);
  }
  const auto node = makeNode<ConvBackward>();
  node->set_next_edges(torch::autograd::collect_next_edges(x, weight));
  node->x = SavedVariable(held, false);
  node->weight = SavedVariable(weight, false);
  node->rounded = rounded;
  torch::autograd::set_history(y, node.pointer);
  return y;
}

}  // namespace

static const auto convolution = define(
    "conv2d",
    "(Tensor input, Tensor weight, Tensor? bias=None, int[2] stride=1, int[2] padding=0, int[2] dilation=1, int groups=1) "
    "-> Tensor",
    conv2d);

}  // namespace kernels
}  // namespace leeway
