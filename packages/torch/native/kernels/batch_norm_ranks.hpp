// Batch normalisation by the statistics of the batches of all ranks together.
#pragma once

#include "across_ranks.hpp"
#include "batch_norm_forward.hpp"

#include <torch/csrc/autograd/custom_function.h>

namespace leeway {
namespace kernels {

// Joins what ranks know of their parts of a batch, in one message. In float64 the squares lose nothing that float32 had.
// Returns how many values a channel has in all.
inline double joinRanks(Statistics& statistics, double count, AcrossRanks& ranks) {
  const size_t channels = statistics.mean.size();
  std::vector<double> sums(2 * channels + 1);
  for (size_t c = 0; c < channels; c++) {
    const double mean = statistics.mean[c];
    sums[c] = count * mean;
    sums[channels + c] = count * (statistics.variance[c] + mean * mean);
  }
  sums[2 * channels] = count;
  ranks.sum(sums);
  const double all = sums[2 * channels];
  for (size_t c = 0; c < channels; c++) {
    const double mean = sums[c] / all, variance = sums[channels + c] / all - mean * mean;
    statistics.mean[c] = mean;
    statistics.variance[c] = variance < 0 ? 0 : variance;  // NaN stays
  }
  return all;
}

// The sum over ranks as an operator: what each gives moves the results of all.
struct SumAcross : torch::autograd::Function<SumAcross> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& values, int64_t ranks) {
    context->saved_data["ranks"] = ranks;
    at::Tensor all = values.clone();
    reinterpret_cast<AcrossRanks*>(ranks)->sum(all);
    return all;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    at::Tensor all = gradients[0].clone();
    reinterpret_cast<AcrossRanks*>(context->saved_data["ranks"].toInt())->sum(all);
    return {all, at::Tensor()};
  }
};

// Of libtorch's operators, for devices and dtypes that the kernels are not for; `ranks` must outlive the backward pass.
inline at::Tensor batchNormAcross(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias,
                                  const at::Tensor& runningMean, const at::Tensor& runningVar, const Step& step,
                                  AcrossRanks& ranks) {
  std::vector<int64_t> dimensions, shape(input.dim(), 1);
  for (int64_t d = 0; d < input.dim(); d++) {
    if (d != 1) dimensions.push_back(d);
  }
  shape[1] = input.size(1);
  const auto sumOf = [&](const at::Tensor& values) {
    return SumAcross::apply(values.sum(dimensions, false, at::kDouble), reinterpret_cast<int64_t>(&ranks));
  };
  at::Tensor count = at::full({1}, static_cast<double>(input.numel() / input.size(1)), input.options().dtype(at::kDouble));
  ranks.sum(count);
  const at::Tensor x = input.to(weight.scalar_type());
  const at::Tensor mean = sumOf(x) / count;
  const at::Tensor distance = x - mean.to(x.scalar_type()).view(shape);
  const at::Tensor variance = sumOf(distance * distance) / count;
  {
    at::NoGradGuard noGrad;
    const at::Tensor unbiased = variance * (count / (count - 1));
    at::Tensor means = runningMean, variances = runningVar;
    means.mul_(1 - step.momentum).add_(mean.to(means.scalar_type()), step.momentum);
    variances.mul_(1 - step.momentum).add_(unbiased.to(variances.scalar_type()), step.momentum);
  }
  const at::Tensor scale = at::rsqrt(variance + step.eps).to(x.scalar_type()) * weight;
  return (distance * scale.view(shape) + bias.view(shape)).to(input.scalar_type());
}

}  // namespace kernels
}  // namespace leeway
