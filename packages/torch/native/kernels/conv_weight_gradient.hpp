// The gradient of the weight of a 3 x 3 convolution in bfloat16.
#pragma once

#include <ATen/ATen.h>

namespace leeway {
namespace kernels {

// Whether `weightGradient` is there for such a convolution, stride and padding 1, and faster than libtorch's own.
bool hasWeightGradient(const at::Tensor& x, const at::Tensor& weight);

// The sum over images and pixels of gradient times input, like `weight`, in float32. Both are bfloat16 in
// channels_last. The same bits for every number of threads.
at::Tensor weightGradient(const at::Tensor& gradient, const at::Tensor& x, const at::Tensor& weight);

}  // namespace kernels
}  // namespace leeway
