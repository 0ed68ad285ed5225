// leeway::lstm_layer: a layer of an LSTM, one direction or both, over rows of sequences (see sequences.hpp).
//
// Each direction, and of many threads each part of a batch, runs through all its steps by itself: one parallel region
// for a pass instead of several a step. A step is a product of small matrices and the cell, in the first cache. The
// backward pass leaves the gradients of the gates' sums, of which those of weights and input are one product over all
// steps. Under autocast the factors of all products are bfloat16; gates, cells and sums are float32.
#include "../errors.hpp"
#include "define.hpp"
#include "in_parallel.hpp"
#include "instruction_sets.hpp"
#include "lstm_passes.hpp"

#include <c10/core/impl/LocalDispatchKeySet.h>
#include <torch/csrc/autograd/custom_function.h>

#include <memory>
#include <vector>

namespace leeway {
namespace kernels {
namespace lstm {  // all sources are one unit
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

// The last dimension filled up with zeros.
at::Tensor filledUp(const at::Tensor& values, int64_t size) {
  if (values.size(-1) == size) return values.contiguous();
  return at::constant_pad_nd(values, {0, size - values.size(-1)}).contiguous();
}

template <typename Storage>
at::Tensor forwardOf(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& recurrent,
                     const at::Tensor& bias, const Sequences& sequences, bool keeps, Kept& kept) {
  const Machine<Storage> machine;
  const Sizes sizes(input, recurrent, machine);
  const at::TensorOptions storage = input.options(), numbers = bias.options();
  for (int64_t d = 0; d < sizes.directions; d++) {
    kept.hidden.push_back(at::empty({keeps ? sequences.rows : 2 * sequences.size(), sizes.gate}, storage));
    if (!keeps) continue;
    kept.gates.push_back(at::empty({sequences.rows, 4, sizes.gate}, numbers));
    kept.before.push_back(at::empty({sequences.rows, sizes.gate}, numbers));
  }
  const at::Tensor filled = filledUp(input, sizes.input);
  at::Tensor output = at::empty({sequences.rows, sizes.directions * sizes.units}, storage);
  const ForwardPass<Storage> pass{
      machine, sequences, sizes, filled.template data_ptr<Storage>(),
      forwardPanels(machine, sizes, weight, recurrent),
      filledUp(bias.view({sizes.directions, 4, sizes.units}), sizes.gate), keeps, kept, output};
  const std::vector<Share> shares = sharesOf(sequences, sizes.directions);
  inParallel(static_cast<int64_t>(shares.size()), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) pass.run(shares[i]);
  });
  return output;
}

struct Gradients {
  at::Tensor input, weight, recurrent, bias;
};

template <typename Storage>
Gradients backwardOf(const at::Tensor& output, const at::Tensor& input, const at::Tensor& weight,
                     const at::Tensor& recurrent, const Sequences& sequences, const Kept& kept, bool wantsInput) {
  const Machine<Storage> machine;
  const Sizes sizes(input, recurrent, machine);
  const int64_t groups = (sequences.size() + kGroup - 1) / kGroup;
  std::vector<at::Tensor> gradient;
  for (int64_t d = 0; d < sizes.directions; d++) {
    gradient.push_back(at::empty({sequences.rows, 4, sizes.gate}, input.options()));
  }
  at::Tensor bias = at::zeros({sizes.directions, groups, 4, sizes.gate}, kept.gates[0].options());
  const BackwardPass<Storage> pass{machine,  sequences, sizes,   backwardPanels(machine, sizes, recurrent), kept,
                                   output.data_ptr<Storage>(), gradient, bias};
  const std::vector<Share> shares = sharesOf(sequences, sizes.directions);
  inParallel(static_cast<int64_t>(shares.size()), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++) pass.run(shares[i]);
  });
  const int64_t width = 4 * sizes.units;
  Gradients to;
  std::vector<at::Tensor> ofInput, ofHidden;
  for (int64_t d = 0; d < sizes.directions; d++) {
    // A view, or cut to size.
    const at::Tensor sums = gradient[d].narrow(2, 0, sizes.units).reshape({sequences.rows, width});
    if (wantsInput) to.input = d == 0 ? at::mm(sums, weight[0]) : to.input.addmm_(sums, weight[d]);
    ofInput.push_back(at::mm(sums.t(), input));
    ofHidden.push_back(at::mm(sums.t(), kept.hidden[d].narrow(1, 0, sizes.units)));
  }
  to.weight = at::stack(ofInput);
  to.recurrent = at::stack(ofHidden);
  to.bias = bias.sum(1).narrow(2, 0, sizes.units).reshape({sizes.directions, width});
  return to;
}

// Tensors of Kept in the list of what is saved: gates, before and hidden of each direction.
constexpr size_t kSavedBefore = 3;

struct LstmLayer : torch::autograd::Function<LstmLayer> {
  static Variable forward(AutogradContext* context, const Variable& input, const Variable& weight,
                          const Variable& recurrent, const Variable& bias, const at::Tensor& lengths, bool keeps) {
    const at::Tensor x = input.contiguous(), ofInput = weight.to(x.scalar_type()).contiguous(),
                     ofHidden = recurrent.to(x.scalar_type()).contiguous();
    Kept kept;
    const at::Tensor output = withStorage(x, [&](auto storage) {
      return forwardOf<decltype(storage)>(x, ofInput, ofHidden, bias.contiguous(), Sequences(lengths), keeps, kept);
    });
    if (!keeps) return output;
    variable_list saved{x, ofInput, ofHidden};
    for (const auto& each : {kept.gates, kept.before, kept.hidden}) saved.insert(saved.end(), each.begin(), each.end());
    context->save_for_backward(saved);
    context->saved_data["lengths"] = lengths;
    return output;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "leeway::lstm_layer has no second derivative");
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &weight = saved[1], &recurrent = saved[2];
    const auto directions = static_cast<size_t>(recurrent.size(0));
    auto part = [&](size_t i) {
      const auto begin = saved.begin() + static_cast<int64_t>(kSavedBefore + i * directions);
      return std::vector<at::Tensor>(begin, begin + static_cast<int64_t>(directions));
    };
    const Kept kept{part(0), part(1), part(2)};
    const at::Tensor output = gradients[0].to(x.scalar_type()).contiguous();
    const Sequences sequences(context->saved_data["lengths"].toTensor());
    c10::impl::ExcludeDispatchKeyGuard withoutAutocast(c10::DispatchKey::AutocastCPU);
    const Gradients to = withStorage(x, [&](auto storage) {
      return backwardOf<decltype(storage)>(output, x, weight, recurrent, sequences, kept, context->needs_input_grad(0));
    });
    const at::ScalarType numbers = kept.gates[0].scalar_type();
    return {to.input, to.weight.to(numbers), to.recurrent.to(numbers), to.bias, Variable(), Variable()};
  }
};

bool isAutocasting() { return !c10::impl::tls_is_dispatch_key_excluded(c10::DispatchKey::AutocastCPU); }

void requireWeights(const at::Tensor& rows, const std::vector<at::Tensor>& weights) {
  TORCH_CHECK(weights.size() == 4 || weights.size() == 8, "expected 4 weights of each of one or two directions, got ",
              weights.size());
  const at::ScalarType dtype = rows.scalar_type(), numbers = dtype == at::kBFloat16 ? at::kFloat : dtype;
  TORCH_CHECK(rows.dim() == 2 && rows.is_cpu() && (numbers == at::kFloat || numbers == at::kDouble),
              "expected rows of float32, bfloat16 or float64 on the CPU, got ", dtype, " of shape ", rows.sizes());
  const at::Tensor& first = weights[1];
  const int64_t units = first.dim() == 2 ? first.size(1) : 0;
  const int64_t sums = 4 * units;
  const std::vector<std::vector<int64_t>> shapes{{sums, rows.size(1)}, {sums, units}, {sums}, {sums}};
  TORCH_CHECK(units > 0 && rows.size(1) > 0, "expected at least one unit and one input");
  for (size_t i = 0; i < weights.size(); i++) {
    const at::IntArrayRef shape(shapes[i % 4]);
    const at::Tensor& given = weights[i];
    TORCH_CHECK(given.sizes() == shape && given.scalar_type() == numbers && given.is_cpu(), "expected weights[", i,
                "] of ", numbers, " and shape ", shape, " on the CPU, got ", given.scalar_type(), " of shape ",
                given.sizes());
  }
}

at::Tensor lstmLayer(const at::Tensor& rows, const at::Tensor& lengths, at::TensorList weights) {
  const std::vector<at::Tensor> all = weights.vec();
  requireWeights(rows, all);
  const Sequences sequences(lengths);
  TORCH_CHECK(rows.size(0) == sequences.rows && sequences.rows > 0, "expected ", sequences.rows,
              " rows, of at least one sequence, got shape ", rows.sizes());
  const bool inBf16 = isAutocasting() && rows.scalar_type() == at::kFloat;
  c10::impl::ExcludeDispatchKeyGuard withoutAutocast(c10::DispatchKey::AutocastCPU);
  std::vector<at::Tensor> ofInput, ofHidden, bias;
  for (size_t i = 0; i < all.size(); i += 4) {
    ofInput.push_back(all[i]);
    ofHidden.push_back(all[i + 1]);
    bias.push_back(all[i + 2] + all[i + 3]);
  }
  const at::Tensor x = inBf16 ? rows.to(at::kBFloat16) : rows;
  const bool learns = rows.requires_grad() || std::any_of(all.begin(), all.end(), [](const at::Tensor& each) {
                        return each.requires_grad();
                      });
  return LstmLayer::apply(x, at::stack(ofInput), at::stack(ofHidden), at::stack(bias), lengths,
                          learns && at::GradMode::is_enabled());
}

}  // namespace

static const auto lstmOperator =
    define("lstm_layer", "(Tensor rows, Tensor lengths, Tensor[] weights) -> Tensor", lstmLayer);

}  // namespace lstm
}  // namespace kernels
}  // namespace leeway
