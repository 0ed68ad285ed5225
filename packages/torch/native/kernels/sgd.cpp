// leeway::sgd_ and leeway::gradient_norm: a step over all parameters in one call. Gradients are read where the
// parameters keep them.
#include "../errors.hpp"
#include "define.hpp"
#include "instruction_sets.hpp"
#include "pieces.hpp"

#include <cmath>
#include <tuple>

namespace leeway {
namespace kernels {
namespace sgd {  // all sources are one unit
namespace {

struct Rule {
  double lr, momentum, weightDecay;
  bool nesterov;
};

struct Learning {
  std::vector<at::Tensor> parameters, gradients, velocities;  // the last empty without momentum
  bool hasVelocity() const { return !velocities.empty(); }
};

template <typename Number>
void stepPieces(const Learning& all, const Rule& rule) {
  const std::vector<Piece> pieces = piecesOf(all.parameters);
  const Sgd<Number> numbers{static_cast<Number>(rule.lr), static_cast<Number>(rule.momentum),
                            static_cast<Number>(rule.weightDecay), rule.nesterov};
  overPieces(pieces, [&](int64_t i) {
    const auto [tensor, begin, end] = pieces[i];
    Number* p = all.parameters[tensor].data_ptr<Number>() + begin;
    const Number* g = all.gradients[tensor].data_ptr<Number>() + begin;
    Number* v = all.hasVelocity() ? all.velocities[tensor].data_ptr<Number>() + begin : nullptr;
    const int64_t count = end - begin;
    withOptimizerRows<Number>([&](auto loops, auto) { loops.sgd(p, g, v, numbers, count); });
  });
}

// The same of libtorch's operators, for other devices, dtypes and layouts.
void stepByOperators(const at::Tensor& p, const at::Tensor& g, const at::Tensor& v, const Rule& rule) {
  const at::Tensor gradient = rule.weightDecay == 0 ? g : at::add(g, p, rule.weightDecay);
  at::Tensor direction = gradient;
  if (v.defined()) {
    v.mul_(rule.momentum).add_(gradient);
    direction = rule.nesterov ? at::add(gradient, v, rule.momentum) : v;
  }
  p.add_(direction, -rule.lr);
}

void stepOf(at::TensorList parameters, at::TensorList velocities, double lr, double momentum, bool nesterov,
            double weightDecay) {
  TORCH_CHECK(velocities.empty() || velocities.size() == parameters.size(), "expected ", parameters.size(),
              " velocities, one for each parameter, got ", velocities.size());
  const at::NoGradGuard guard;
  const Rule rule{lr, momentum, weightDecay, nesterov};
  Learning floats, doubles;
  for (size_t i = 0; i < parameters.size(); i++) {
    const at::Tensor &p = parameters[i], &g = p.grad();
    const at::Tensor v = velocities.empty() ? at::Tensor() : velocities[i];
    if (!g.defined()) continue;
    if (!lieAlike(p, g) || (v.defined() && !lieAlike(p, v))) {
      stepByOperators(p, g, v, rule);
      continue;
    }
    Learning& to = p.scalar_type() == at::kFloat ? floats : doubles;
    to.parameters.push_back(p);
    to.gradients.push_back(g);
    if (v.defined()) to.velocities.push_back(v);
  }
  stepPieces<float>(floats, rule);
  stepPieces<double>(doubles, rule);
  for (const Learning* all : {&floats, &doubles}) {
    markWritten(all->parameters);
    markWritten(all->velocities);
  }
}

// Σ g² over pieces that lie in memory without gaps; summed in the pieces' order.
template <typename Number>
double squaresOf(const std::vector<at::Tensor>& gradients) {
  const std::vector<Piece> pieces = piecesOf(gradients);
  std::vector<double> squares(pieces.size());
  overPieces(pieces, [&](int64_t i) {
    const Number* g = gradients[pieces[i].tensor].data_ptr<Number>() + pieces[i].begin;
    const int64_t count = pieces[i].end - pieces[i].begin;
    withOptimizerRows<Number>([&](auto loops, auto) { squares[i] = loops.squares(g, count); });
  });
  double sum = 0;
  for (double each : squares) sum += each;
  return sum;
}

at::Tensor gradientNorm(at::TensorList parameters) {
  const at::NoGradGuard guard;
  std::vector<at::Tensor> floats, doubles, others;
  for (const at::Tensor& p : parameters) {
    const at::Tensor& g = p.grad();
    if (!g.defined()) continue;
    if (!lieAlike(g, g)) others.push_back(at::linalg_vector_norm(g.is_sparse() ? g.coalesce().values() : g).to(at::kDouble));
    else (g.scalar_type() == at::kFloat ? floats : doubles).push_back(g);
  }
  const double sum = squaresOf<float>(floats) + squaresOf<double>(doubles);
  if (others.empty()) return at::scalar_tensor(std::sqrt(sum), at::kDouble);
  // On a device: nothing is read from it here.
  return at::sqrt(at::stack(others).square().sum() + sum);
}

// Which of the parameters a backward pass has reached.
std::vector<int64_t> withGradient(at::TensorList parameters) {
  std::vector<int64_t> indices;
  for (size_t i = 0; i < parameters.size(); i++) {
    if (parameters[i].grad().defined()) indices.push_back(static_cast<int64_t>(i));
  }
  return indices;
}

// What a step reads of the device, in one tensor of float64: the loss, how many examples are right, ‖g‖₂.
at::Tensor stepNumbers(const at::Tensor& loss, const at::Tensor& logits, const at::Tensor& targets,
                       at::TensorList parameters) {
  const at::NoGradGuard guard;
  const at::Tensor hits = at::argmax(logits, 1).eq(targets).sum(), norm = gradientNorm(parameters);
  if (loss.is_cpu()) {
    at::Tensor numbers = at::empty({3}, at::kDouble);
    double* to = numbers.data_ptr<double>();
    std::tie(to[0], to[1], to[2]) = std::make_tuple(loss.item<double>(), hits.item<double>(), norm.item<double>());
    return numbers;
  }
  return at::stack({loss.detach().to(at::kDouble), hits.to(at::kDouble), norm.to(loss.device())});
}

}  // namespace

static const auto sgdOperator = define("sgd_",
                                "(Tensor(a!)[] parameters, Tensor(b!)[] velocities, float lr, float momentum, "
                                "bool nesterov, float weight_decay) -> ()",
                                stepOf);
static const auto reachedOperator = define("with_gradient", "(Tensor[] parameters) -> int[]", withGradient);
static const auto normOperator = define("gradient_norm", "(Tensor[] parameters) -> Tensor", gradientNorm);
static const auto numbersOperator = define("step_numbers",
                                   "(Tensor loss, Tensor logits, Tensor targets, Tensor[] parameters) -> Tensor",
                                   stepNumbers);

}  // namespace sgd
}  // namespace kernels
}  // namespace leeway
