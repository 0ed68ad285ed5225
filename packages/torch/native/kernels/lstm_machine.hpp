// What the products of an LSTM run on, and the layout of the weights that goes with it.
#pragma once

#include "in_parallel.hpp"
#include "instruction_sets.hpp"
#include "lstm_bf16.hpp"

#include <cstdint>

namespace leeway {
namespace kernels {
namespace lstm {
namespace {

template <typename Storage>
using Product = void (*)(const LstmFactor<Storage>&, const LstmFactor<Storage>&, const Storage*, int,
                         NumberOf<Storage>*);

// The fastest product of this processor.
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

// Weights of the input [D, 4 units, inputs] and of the hidden state [D, 4 units, units], in the order of the forward
// pass.
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
  return packedPanels<Storage>(
             machine, sizes.directions * perDirection, 4 * sizes.gate, recurrent.options(),
             [&](int64_t panel, int64_t k, int64_t column) {
               const int64_t to = panel % perDirection * machine.panelWidth() + column;
               const int64_t gate = panel / perDirection * 4 + k / sizes.gate, unit = k % sizes.gate;
               return unit < units && to < units ? from[(gate * units + unit) * units + to] : Storage(0);
             })
      .view({sizes.directions, perDirection, 4 * sizes.gate, machine.panelWidth()});
}

}  // namespace
}  // namespace lstm
}  // namespace kernels
}  // namespace leeway
