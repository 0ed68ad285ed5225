// leeway::lstm_layer: a layer of an LSTM, one direction or both, over rows of sequences (see sequences.hpp).
//
// Each direction, and of many threads each part of a batch, runs through all its steps by itself: one parallel region for
// a pass instead of several a step. A step is a product of small matrices and the cell, in the first cache. The backward
// pass leaves the gradients of the gates' sums, of which those of weights and input are one product over all steps.
// In bfloat16 are the factors of all products; gates, cells and sums are float32.
#include "../errors.hpp"
#include "define.hpp"
#include "in_parallel.hpp"
#include "instruction_sets.hpp"
#include "lstm_bf16.hpp"
#include "sequences.hpp"

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

template <typename Storage>
using Product = void (*)(const LstmFactor<Storage>&, const LstmFactor<Storage>&, const Storage*, int,
                         NumberOf<Storage>*);

// What the products of a layer run on.
template <typename Storage>
struct Machine {
  Product<Storage> product;
  int64_t lanes;    // the units of a panel forward, a quarter of those backward
  int64_t multiple;  // of which the inner sizes of products must be
  bool usesTiles = false;

  Machine() {
    withLstmRows<Storage>([&](auto loops, auto) {
      product = loops.product;
      lanes = loops.lanes();
    });
    multiple = lanes;
    if constexpr (std::is_same_v<Storage, at::BFloat16>) {
      multiple = 32;
#if defined(__x86_64__)
      if (hasBf16Dot()) product = avx512bf16::product;
#endif
#if LEEWAY_AMX
      usesTiles = hasTiles();
      if (usesTiles) product = tiles::product;
#endif
    }
  }

  int64_t panelWidth() const { return 4 * lanes; }

  // Runs body, in which products may be taken.
  template <typename Body>
  void use(const Body& body) const {
#if LEEWAY_AMX
    if (usesTiles) {
      const Tiles configured;
      return body();
    }
#endif
    body();
  }
};

int64_t roundedUp(int64_t value, int64_t multiple) { return (value + multiple - 1) / multiple * multiple; }

// value(panel, k, column) of all panels, in the order in which products go through them; see lstm_rows.hpp.
template <typename Storage, typename Value>
at::Tensor packedPanels(const Machine<Storage>& machine, int64_t panels, int64_t inner, at::TensorOptions options,
                        const Value& value) {
  const int64_t width = machine.panelWidth();
  constexpr int64_t together = std::is_same_v<Storage, at::BFloat16> ? 2 : 1;
  at::Tensor all = at::empty({panels, inner, width}, options);
  Storage* to = all.template data_ptr<Storage>();
  inParallel(panels, [&](int64_t begin, int64_t end) {
    for (int64_t panel = begin; panel < end; panel++) {
      Storage* into = to + panel * inner * width;
      for (int64_t k = 0; k < inner; k += together) {
        for (int64_t column = 0; column < width; column++) {
          for (int64_t i = 0; i < together; i++) *into++ = value(panel, k + i, column);
        }
      }
    }
  });
  return all;
}

// The sizes of a layer, and those that its arrays are rounded up to.
struct Sizes {
  int64_t directions, units, inputs;
  int64_t gate, input;

  template <typename Storage>
  Sizes(const at::Tensor& input, const at::Tensor& recurrent, const Machine<Storage>& machine)
      : directions(recurrent.size(0)), units(recurrent.size(2)), inputs(input.size(1)),
        gate(roundedUp(units, machine.multiple)),
        input(std::is_same_v<Storage, at::BFloat16> ? roundedUp(inputs, machine.multiple) : inputs) {}
};

// One direction of some sequences, which a thread goes through by itself.
struct Share {
  int64_t direction, begin, end;
};

// As many shares as there are threads, of whole groups and about equal work; at least one a direction.
std::vector<Share> sharesOf(const Sequences& sequences, int64_t directions) {
  const int64_t groups = (sequences.size() + kGroup - 1) / kGroup;
  const int64_t parts = std::min(groups, (at::get_num_threads() + directions - 1) / directions);
  std::vector<Share> shares;
  for (int64_t direction = 0; direction < directions; direction++) {
    int64_t begin = 0, done = 0;
    for (int64_t part = 0, i = 0; part < parts; part++) {
      for (; i < sequences.size() && (done * parts < sequences.rows * (part + 1) || i % kGroup != 0); i++) {
        done += sequences.lengthOf(i);
      }
      if (part == parts - 1) i = sequences.size();
      if (i > begin) shares.push_back({direction, begin, i});
      begin = i;
    }
  }
  return shares;
}

// The steps of a direction in the order in which it reads them.
struct Reading {
  const Sequences& sequences;
  bool reverse;

  int64_t step(int64_t i) const { return reverse ? sequences.steps() - 1 - i : i; }
  // How many sequences have the i-th step; 0 before the first and behind the last one.
  int64_t count(int64_t i) const { return i < 0 || i >= sequences.steps() ? 0 : sequences.counts[step(i)]; }
  int64_t start(int64_t i) const { return sequences.starts[step(i)]; }
};

// What a backward pass needs, of each direction by itself: smaller pieces come from memory that is there already.
struct Kept {
  std::vector<at::Tensor> gates, before;  // [R, 4, gate], [R, gate]
  std::vector<at::Tensor> hidden;         // of the step before: [R, gate]
};

template <typename Storage>
struct ForwardPass {
  using Number = NumberOf<Storage>;
  const Machine<Storage>& machine;
  const Sequences& sequences;
  const Sizes& sizes;
  const Storage* input;
  at::Tensor panels, bias;  // [D, panels, input + gate, width], [D, 4, gate]
  bool keeps;
  Kept& kept;
  at::Tensor& output;  // [R, D units]

  void run(const Share& share) const {
    const Reading reading{sequences, share.direction == 1};
    const int64_t gate = sizes.gate, rows = share.end - share.begin;
    std::vector<Number> cells(rows * gate, 0);
    Storage* hidden = kept.hidden[share.direction].template data_ptr<Storage>();
    machine.use([&] {
      for (int64_t i = 0; i < sequences.steps(); i++) {
        const int64_t end = std::min(share.end, reading.count(i));
        if (end <= share.begin) continue;
        const int64_t first = std::max(share.begin, reading.count(i - 1));
        if (first < end) std::fill_n(hidden + (hiddenRow(reading, i) + first) * gate, (end - first) * gate, Storage(0));
        oneStep(share, reading, i, end, cells.data(), hidden);
      }
    });
  }

 private:
  // Without a backward pass only this step's and the next one's are held.
  int64_t hiddenRow(const Reading& reading, int64_t i) const {
    return keeps ? reading.start(i) : i % 2 * sequences.size();
  }

  void oneStep(const Share& share, const Reading& reading, int64_t i, int64_t end, Number* cells,
               Storage* hidden) const {
    const int64_t gate = sizes.gate, d = share.direction, lanes = machine.lanes, inner = sizes.input + gate;
    const int64_t start = reading.start(i), count = reading.count(i), now = hiddenRow(reading, i);
    const int64_t goOn = std::min(end, reading.count(i + 1)), next = goOn == 0 ? 0 : hiddenRow(reading, i + 1);
    const Storage* weights = panels.template data_ptr<Storage>() + d * gate / lanes * inner * machine.panelWidth();
    const Number* biases = bias.template data_ptr<Number>() + d * 4 * gate;
    Number* gates = keeps ? kept.gates[d].template data_ptr<Number>() : nullptr;
    Number* before = keeps ? kept.before[d].template data_ptr<Number>() : nullptr;
    Storage* outputs = output.template data_ptr<Storage>() + d * sizes.units;
    const int64_t outputStride = sizes.directions * sizes.units;
    alignas(64) Number sums[kGroup * 64];
    withLstmRows<Storage>([&](auto loops, auto) {
      for (int64_t unit = 0; unit < gate; unit += lanes) {
        const Storage* panel = weights + unit * inner * 4;
        for (int64_t row = share.begin; row < end; row += kGroup) {
          const int n = static_cast<int>(std::min<int64_t>(kGroup, end - row));
          machine.product({input + (start + row) * sizes.input, sizes.input, sizes.input},
                          {hidden + (now + row) * gate, gate, gate}, panel, n, sums);
          LstmForward<Storage> to;
          to.bias = biases + unit;
          to.cell = cells + (row - share.begin) * gate + unit;
          const int64_t place = start * gate + (count * (unit / lanes) + row) * lanes;
          to.gates = keeps ? gates + 4 * place : nullptr;
          to.before = keeps ? before + place : nullptr;
          to.hidden = hidden + (next + row) * gate + unit;
          to.output = outputs + (start + row) * outputStride + unit;
          to.gate = gate;
          to.outputStride = outputStride;
          to.units = sizes.units - unit;
          to.next = static_cast<int>(std::max<int64_t>(0, std::min<int64_t>(n, goOn - row)));
          loops.forward(sums, n, to);
        }
      }
    });
  }
};

template <typename Storage>
struct BackwardPass {
  using Number = NumberOf<Storage>;
  const Machine<Storage>& machine;
  const Sequences& sequences;
  const Sizes& sizes;
  at::Tensor panels;  // [D, panels, 4 gate, width]
  const Kept& kept;
  const Storage* output;    // its gradient: [R, D units]
  const std::vector<at::Tensor>& gradient;  // [R, 4, gate] of each direction
  at::Tensor& bias;         // [D, groups, 4, gate]

  void run(const Share& share) const {
    const Reading reading{sequences, share.direction == 1};
    std::vector<Number> cells((share.end - share.begin) * sizes.gate, 0);
    machine.use([&] {
      for (int64_t i = sequences.steps() - 1; i >= 0; i--) {
        const int64_t end = std::min(share.end, reading.count(i));
        if (end > share.begin) oneStep(share, reading, i, end, cells.data());
      }
    });
  }

 private:
  void oneStep(const Share& share, const Reading& reading, int64_t i, int64_t end, Number* cells) const {
    const int64_t gate = sizes.gate, d = share.direction, width = machine.panelWidth(), lanes = machine.lanes;
    const int64_t stride = gradient[d].stride(0), start = reading.start(i), count = reading.count(i);
    const int64_t goneOn = reading.count(i + 1), after = goneOn == 0 ? 0 : reading.start(i + 1);
    const int64_t outputStride = sizes.directions * sizes.units, groups = bias.size(1);
    const Storage* weights = panels.template data_ptr<Storage>() + d * panels.stride(0);
    const Number* gates = kept.gates[d].template data_ptr<Number>();
    const Number* before = kept.before[d].template data_ptr<Number>();
    Storage* gradients = gradient[d].template data_ptr<Storage>();
    alignas(64) Number sums[kGroup * 64];
    withLstmRows<Storage>([&](auto loops, auto) {
      for (int64_t unit = 0; unit < gate; unit += width) {
        const Storage* panel = weights + unit * 4 * gate;
        for (int64_t row = share.begin; row < end; row += kGroup) {
          const int n = static_cast<int>(std::min<int64_t>(kGroup, end - row));
          const int known = static_cast<int>(std::max<int64_t>(0, std::min<int64_t>(n, goneOn - row)));
          if (known > 0) {
            machine.product({gradients + (after + row) * stride, stride, 4 * gate}, {gradients, 0, 0}, panel, known, sums);
          }
          std::fill(sums + known * width, sums + n * width, Number(0));
          LstmBackward<Storage> to;
          const int64_t place = start * gate + (count * (unit / lanes) + row) * lanes;
          to.gates = gates + 4 * place;
          to.before = before + place;
          to.nextGates = 4 * count * lanes;
          to.nextBefore = count * lanes;
          to.output = output + (start + row) * outputStride + d * sizes.units + unit;
          to.cell = cells + (row - share.begin) * gate + unit;
          to.bias = bias.template data_ptr<Number>() + (d * groups + row / kGroup) * 4 * gate + unit;
          to.gradient = gradients + (start + row) * stride + unit;
          to.gate = gate;
          to.outputStride = outputStride;
          to.gradientStride = stride;
          to.units = sizes.units - unit;
          loops.backward(sums, n, static_cast<int>(std::min(width, gate - unit) / lanes), to);
        }
      }
    });
  }
};

// Weights of the input [D, 4 units, inputs] and of the hidden state [D, 4 units, units], in the order of forward passes.
template <typename Storage>
at::Tensor forwardPanels(const Machine<Storage>& machine, const Sizes& sizes, const at::Tensor& weight,
                         const at::Tensor& recurrent) {
  const Storage* ofInput = weight.data_ptr<Storage>();
  const Storage* ofHidden = recurrent.data_ptr<Storage>();
  const int64_t perDirection = sizes.gate / machine.lanes, lanes = machine.lanes, units = sizes.units;
  return packedPanels<Storage>(
      machine, sizes.directions * perDirection, sizes.input + sizes.gate, weight.options(),
      [&](int64_t panel, int64_t k, int64_t column) {
        const int64_t unit = panel % perDirection * lanes + column % lanes;
        const int64_t row = (panel / perDirection * 4 + column / lanes) * units + unit;
        if (unit >= units) return Storage(0);
        if (k < sizes.input) return k < sizes.inputs ? ofInput[row * sizes.inputs + k] : Storage(0);
        return k - sizes.input < units ? ofHidden[row * units + k - sizes.input] : Storage(0);
      });
}

template <typename Storage>
at::Tensor backwardPanels(const Machine<Storage>& machine, const Sizes& sizes, const at::Tensor& recurrent) {
  const Storage* from = recurrent.data_ptr<Storage>();
  const int64_t perDirection = roundedUp(sizes.gate, machine.panelWidth()) / machine.panelWidth(), units = sizes.units;
  return packedPanels<Storage>(machine, sizes.directions * perDirection, 4 * sizes.gate, recurrent.options(),
                               [&](int64_t panel, int64_t k, int64_t column) {
                                 const int64_t to = panel % perDirection * machine.panelWidth() + column;
                                 const int64_t gate = panel / perDirection * 4 + k / sizes.gate;
                                 const int64_t unit = k % sizes.gate;
                                 return unit < units && to < units ? from[(gate * units + unit) * units + to] : Storage(0);
                               })
      .view({sizes.directions, perDirection, 4 * sizes.gate, machine.panelWidth()});
}

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

// Calls body with a value of the type that the tensor stores.
template <typename Body>
auto withFactors(const at::Tensor& x, const Body& body) {
  if (x.scalar_type() == at::kBFloat16) return body(at::BFloat16());
  if (x.scalar_type() == at::kDouble) return body(double());
  return body(float());
}

// Tensors of Kept in the list of what is saved: gates, before and hidden of each direction.
constexpr size_t kSavedBefore = 3;

struct LstmLayer : torch::autograd::Function<LstmLayer> {
  static Variable forward(AutogradContext* context, const Variable& input, const Variable& weight,
                          const Variable& recurrent, const Variable& bias, const at::Tensor& lengths, bool keeps) {
    const at::Tensor x = input.contiguous(), ofInput = weight.to(x.scalar_type()).contiguous(),
                     ofHidden = recurrent.to(x.scalar_type()).contiguous();
    Kept kept;
    const at::Tensor output = withFactors(x, [&](auto storage) {
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
    const Gradients to = withFactors(x, [&](auto storage) {
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
  const std::vector<std::vector<int64_t>> shapes{{4 * units, rows.size(1)}, {4 * units, units}, {4 * units}, {4 * units}};
  TORCH_CHECK(units > 0 && rows.size(1) > 0, "expected at least one unit and one input");
  for (size_t i = 0; i < weights.size(); i++) {
    TORCH_CHECK(weights[i].sizes() == at::IntArrayRef(shapes[i % 4]) && weights[i].scalar_type() == numbers &&
                    weights[i].is_cpu(),
                "expected weights[", i, "] of ", numbers, " and shape ", at::IntArrayRef(shapes[i % 4]), " on the CPU, got ",
                weights[i].scalar_type(), " of shape ", weights[i].sizes());
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
