// leeway::adam_: a step of Adam or AdamW in one pass over memory instead of eight.
#include "../errors.hpp"
#include "define.hpp"
#include "in_parallel.hpp"
#include "instruction_sets.hpp"

#include <ATen/core/grad_mode.h>

#include <cmath>
#include <vector>

namespace leeway {
namespace kernels {
namespace adam {  // all sources are one unit
namespace {

// Values of one part: they fit the first cache.
constexpr int64_t kPart = 2048;

struct Options {
  double rate, beta1, beta2, eps, decay, shrink;
  int64_t steps;

  double meanCorrection() const { return 1 - std::pow(beta1, static_cast<double>(steps)); }
  double squareCorrection() const { return 1 - std::pow(beta2, static_cast<double>(steps)); }
};

struct Lists {
  at::TensorList parameters, gradients, means, squares;
};

struct Part {
  int64_t tensor, begin, end;
};

template <typename Number>
void stepOf(const Lists& lists, const Options& options) {
  std::vector<AdamValues<Number>> values;
  std::vector<at::Tensor> gradients;  // as they lie in the parameters
  std::vector<Part> parts;
  for (size_t i = 0; i < lists.parameters.size(); i++) {
    gradients.push_back(lists.gradients[i].contiguous());
    values.push_back({lists.parameters[i].data_ptr<Number>(), gradients[i].data_ptr<Number>(),
                      lists.means[i].data_ptr<Number>(), lists.squares[i].data_ptr<Number>()});
    const int64_t count = lists.parameters[i].numel();
    for (int64_t begin = 0; begin < count; begin += kPart) {
      parts.push_back({static_cast<int64_t>(i), begin, std::min(count, begin + kPart)});
    }
  }
  AdamFactors<Number> by;
  by.keepMean = static_cast<Number>(options.beta1);
  by.addMean = static_cast<Number>(1 - options.beta1);
  by.keepSquare = static_cast<Number>(options.beta2);
  by.addSquare = static_cast<Number>(1 - options.beta2);
  by.rate = static_cast<Number>(options.rate / options.meanCorrection());
  by.scale = static_cast<Number>(1 / std::sqrt(options.squareCorrection()));
  by.eps = static_cast<Number>(options.eps);
  by.decay = static_cast<Number>(options.decay);
  by.shrink = static_cast<Number>(options.shrink);
  inParallel(static_cast<int64_t>(parts.size()), [&](int64_t begin, int64_t end) {
    withAdamRows<Number>([&](auto loops) {
      for (int64_t i = begin; i < end; i++) {
        loops.step(values[parts[i].tensor].from(parts[i].begin), parts[i].end - parts[i].begin, by);
      }
    });
  });
  for (const at::TensorList& written : {lists.parameters, lists.means, lists.squares}) {
    for (const at::Tensor& each : written) each.unsafeGetTensorImpl()->bump_version();
  }
}

// The same of libtorch's operators, for other devices and dtypes.
void stepByForeach(const Lists& lists, const Options& options) {
  if (options.shrink != 1) at::_foreach_mul_(lists.parameters, at::Scalar(options.shrink));
  std::vector<at::Tensor> decayed;
  if (options.decay != 0) decayed = at::_foreach_add(lists.gradients, lists.parameters, at::Scalar(options.decay));
  const at::TensorList gradients = options.decay == 0 ? lists.gradients : at::TensorList(decayed);
  at::_foreach_mul_(lists.means, at::Scalar(options.beta1));
  at::_foreach_add_(lists.means, gradients, at::Scalar(1 - options.beta1));
  at::_foreach_mul_(lists.squares, at::Scalar(options.beta2));
  at::_foreach_addcmul_(lists.squares, gradients, gradients, at::Scalar(1 - options.beta2));
  std::vector<at::Tensor> divisors = at::_foreach_sqrt(lists.squares);
  at::_foreach_div_(divisors, at::Scalar(std::sqrt(options.squareCorrection())));
  at::_foreach_add_(divisors, at::Scalar(options.eps));
  at::_foreach_addcdiv_(lists.parameters, lists.means, divisors, at::Scalar(-options.rate / options.meanCorrection()));
}

// Whether the kernel reads these: all alike on the CPU, what is written without gaps.
bool areOurs(const Lists& lists) {
  const at::ScalarType dtype = lists.parameters[0].scalar_type();
  if (dtype != at::kFloat && dtype != at::kDouble) return false;
  for (size_t i = 0; i < lists.parameters.size(); i++) {
    for (const at::Tensor& each : {lists.parameters[i], lists.gradients[i], lists.means[i], lists.squares[i]}) {
      if (!each.is_cpu() || each.scalar_type() != dtype || each.layout() != at::kStrided) return false;
    }
    for (const at::Tensor& each : {lists.parameters[i], lists.means[i], lists.squares[i]}) {
      if (!each.is_contiguous()) return false;
    }
  }
  return true;
}

void step(at::TensorList parameters, at::TensorList gradients, at::TensorList means, at::TensorList squares, double rate,
          double beta1, double beta2, double eps, double decay, double shrink, int64_t steps) {
  const Lists lists{parameters, gradients, means, squares};
  TORCH_CHECK(steps >= 1, "expected steps of at least 1, got ", steps);
  for (const at::TensorList& each : {gradients, means, squares}) {
    TORCH_CHECK(each.size() == parameters.size(), "expected ", parameters.size(), " tensors in each list, got ",
                each.size());
    for (size_t i = 0; i < each.size(); i++) {
      TORCH_CHECK(each[i].sizes() == parameters[i].sizes(), "expected the shape of parameters[", i, "], ",
                  parameters[i].sizes(), ", got ", each[i].sizes());
    }
  }
  if (parameters.empty()) return;
  at::NoGradGuard withoutGradients;
  const Options options{rate, beta1, beta2, eps, decay, shrink, steps};
  if (!areOurs(lists)) return stepByForeach(lists, options);
  if (parameters[0].scalar_type() == at::kDouble) return stepOf<double>(lists, options);
  stepOf<float>(lists, options);
}

}  // namespace

static const auto adamOperator =
    define("adam_",
           "(Tensor(a!)[] parameters, Tensor[] gradients, Tensor(b!)[] means, Tensor(c!)[] squares, float rate, "
           "float beta1, float beta2, float eps, float decay, float shrink, int steps) -> ()",
           step);

}  // namespace adam
}  // namespace kernels
}  // namespace leeway
