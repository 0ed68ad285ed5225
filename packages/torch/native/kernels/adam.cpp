// leeway::adam_: a step of Adam or AdamW over all parameters in one pass over memory. Gradients are read where the
// parameters keep them.
#include "../errors.hpp"
#include "define.hpp"
#include "instruction_sets.hpp"
#include "pieces.hpp"

#include <cmath>
#include <vector>

namespace leeway {
namespace kernels {
namespace adam {  // all sources are one unit
namespace {

struct Rule {
  double lr, beta1, beta2, eps, decay, shrink;
  int64_t steps;

  double meanCorrection() const { return 1 - std::pow(beta1, static_cast<double>(steps)); }
  double squareCorrection() const { return 1 - std::pow(beta2, static_cast<double>(steps)); }
};

struct Learning {
  std::vector<at::Tensor> parameters, gradients, means, squares;
};

template <typename Number>
void stepPieces(const Learning& all, const Rule& rule) {
  const std::vector<Piece> pieces = piecesOf(all.parameters);
  AdamFactors<Number> by;
  by.keepMean = static_cast<Number>(rule.beta1);
  by.addMean = static_cast<Number>(1 - rule.beta1);
  by.keepSquare = static_cast<Number>(rule.beta2);
  by.addSquare = static_cast<Number>(1 - rule.beta2);
  by.rate = static_cast<Number>(rule.lr / rule.meanCorrection());
  by.scale = static_cast<Number>(1 / std::sqrt(rule.squareCorrection()));
  by.eps = static_cast<Number>(rule.eps);
  by.decay = static_cast<Number>(rule.decay);
  by.shrink = static_cast<Number>(rule.shrink);
  overPieces(pieces, [&](int64_t i) {
    const auto [tensor, begin, end] = pieces[i];
    AdamValues<Number> values;
    values.parameter = all.parameters[tensor].data_ptr<Number>() + begin;
    values.gradient = all.gradients[tensor].data_ptr<Number>() + begin;
    values.mean = all.means[tensor].data_ptr<Number>() + begin;
    values.square = all.squares[tensor].data_ptr<Number>() + begin;
    const int64_t count = end - begin;
    withOptimizerRows<Number>([&](auto, auto loops) { loops.step(values, count, by); });
  });
}

// The same of libtorch's operators, for other devices, dtypes and layouts.
void stepByOperators(const at::Tensor& p, const at::Tensor& g, const at::Tensor& mean, const at::Tensor& square,
                     const Rule& rule) {
  if (rule.shrink != 1) p.mul_(rule.shrink);
  const at::Tensor gradient = rule.decay == 0 ? g : at::add(g, p, rule.decay);
  mean.mul_(rule.beta1).add_(gradient, 1 - rule.beta1);
  square.mul_(rule.beta2).addcmul_(gradient, gradient, 1 - rule.beta2);
  const at::Tensor divisor = at::sqrt(square).div_(std::sqrt(rule.squareCorrection())).add_(rule.eps);
  p.addcdiv_(mean, divisor, -rule.lr / rule.meanCorrection());
}

void stepOf(at::TensorList parameters, at::TensorList means, at::TensorList squares, double lr, double beta1,
            double beta2, double eps, double decay, double shrink, int64_t steps) {
  TORCH_CHECK(means.size() == parameters.size() && squares.size() == parameters.size(), "expected ", parameters.size(),
              " means and squares, one for each parameter, got ", means.size(), " and ", squares.size());
  TORCH_CHECK(steps >= 1, "expected steps of at least 1, got ", steps);
  const at::NoGradGuard guard;
  const Rule rule{lr, beta1, beta2, eps, decay, shrink, steps};
  Learning floats, doubles;
  for (size_t i = 0; i < parameters.size(); i++) {
    const at::Tensor &p = parameters[i], &g = p.grad();
    if (!g.defined()) continue;
    if (!lieAlike(p, g) || !lieAlike(p, means[i]) || !lieAlike(p, squares[i])) {
      stepByOperators(p, g, means[i], squares[i], rule);
      continue;
    }
    Learning& to = p.scalar_type() == at::kFloat ? floats : doubles;
    to.parameters.push_back(p);
    to.gradients.push_back(g);
    to.means.push_back(means[i]);
    to.squares.push_back(squares[i]);
  }
  stepPieces<float>(floats, rule);
  stepPieces<double>(doubles, rule);
  for (const Learning* all : {&floats, &doubles}) {
    markWritten(all->parameters);
    markWritten(all->means);
    markWritten(all->squares);
  }
}

}  // namespace

static const auto adamOperator =
    define("adam_",
           "(Tensor(a!)[] parameters, Tensor(b!)[] means, Tensor(c!)[] squares, float lr, float beta1, float beta2, "
           "float eps, float decay, float shrink, int steps) -> ()",
           stepOf);

}  // namespace adam
}  // namespace kernels
}  // namespace leeway
