// leeway::padded_shortcut: a residual network's shortcut without parameters (He et al. 2016, option A): every second
// pixel, between zeros for the channels that are new. One pass over the result, and one over the gradient.
#include "../errors.hpp"
#include "define.hpp"
#include "in_parallel.hpp"

#include <torch/csrc/autograd/custom_function.h>

#include <cstring>

namespace leeway {
namespace kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Bytes of [N, C, H, W] in channels_last: pixels of C values.
struct Pixels {
  char* data;
  int64_t images, height, width, bytes;  // bytes: of a pixel

  explicit Pixels(const at::Tensor& x)
      : data(static_cast<char*>(x.data_ptr())),
        images(x.size(0)),
        height(x.size(2)),
        width(x.size(3)),
        bytes(x.size(1) * x.element_size()) {}
  char* at(int64_t image, int64_t row, int64_t column) const {
    return data + ((image * height + row) * width + column) * bytes;
  }
};

at::Tensor emptyLike(const at::Tensor& x, at::IntArrayRef shape) {
  return at::empty(shape, x.options(), at::MemoryFormat::ChannelsLast);
}

at::Tensor subsampled(const at::Tensor& input, int64_t stride, int64_t before, int64_t after) {
  const at::Tensor held = input.contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor result = emptyLike(held, {held.size(0), held.size(1) + before + after,
                                             (held.size(2) + stride - 1) / stride, (held.size(3) + stride - 1) / stride});
  const Pixels from(held), to(result);
  const int64_t zeros = before * held.element_size();
  inParallel(to.images, [&](int64_t begin, int64_t end) {
    std::memset(to.at(begin, 0, 0), 0, (end - begin) * to.height * to.width * to.bytes);
    for (int64_t n = begin; n < end; n++) {
      for (int64_t y = 0; y < to.height; y++) {
        for (int64_t x = 0; x < to.width; x++) {
          std::memcpy(to.at(n, y, x) + zeros, from.at(n, y * stride, x * stride), from.bytes);
        }
      }
    }
  });
  return result;
}

at::Tensor subsampledGradient(const at::Tensor& gradient, at::IntArrayRef shape, int64_t stride, int64_t before) {
  const at::Tensor held = gradient.contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor result = emptyLike(held, shape);
  const Pixels from(held), to(result);
  const int64_t zeros = before * held.element_size();
  inParallel(to.images, [&](int64_t begin, int64_t end) {
    std::memset(to.at(begin, 0, 0), 0, (end - begin) * to.height * to.width * to.bytes);
    for (int64_t n = begin; n < end; n++) {
      for (int64_t y = 0; y < from.height; y++) {
        for (int64_t x = 0; x < from.width; x++) {
          std::memcpy(to.at(n, y * stride, x * stride), from.at(n, y, x) + zeros, to.bytes);
        }
      }
    }
  });
  return result;
}

struct PaddedShortcut : torch::autograd::Function<PaddedShortcut> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& input, int64_t stride, int64_t before,
                            int64_t after) {
    context->saved_data["shape"] = input.sizes().vec();
    context->saved_data["stride"] = stride;
    context->saved_data["before"] = before;
    return subsampled(input, stride, before, after);
  }
  static variable_list backward(AutogradContext* context, variable_list gradients) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "leeway::padded_shortcut has no second derivative");
    const auto shape = context->saved_data["shape"].toIntVector();
    return {subsampledGradient(gradients[0], shape, context->saved_data["stride"].toInt(),
                               context->saved_data["before"].toInt()),
            {},
            {},
            {}};
  }
};

at::Tensor paddedShortcut(const at::Tensor& input, int64_t stride, int64_t channels) {
  TORCH_CHECK(input.dim() == 4, "expected input of 4 dimensions, got ", input.dim());
  TORCH_CHECK(stride >= 1, "expected a stride of at least 1, got ", stride);
  TORCH_CHECK(channels >= input.size(1), "expected at least the ", input.size(1), " channels of the input, got ",
              channels);
  const int64_t added = channels - input.size(1), before = added / 2, after = added - before;
  if (input.is_cpu() && input.numel() > 0) return PaddedShortcut::apply(input, stride, before, after);
  const at::Tensor rows = at::slice(input, 2, 0, c10::nullopt, stride);
  return at::constant_pad_nd(at::slice(rows, 3, 0, c10::nullopt, stride), {0, 0, 0, 0, before, after});
}

}  // namespace

static const auto shortcut =
    define("padded_shortcut", "(Tensor input, int stride, int channels) -> Tensor", paddedShortcut);

}  // namespace kernels
}  // namespace leeway
