// The passes of a layer of an LSTM through the steps of its sequences, forward and backward.
#pragma once

#include "lstm_machine.hpp"
#include "sequences.hpp"

#include <algorithm>
#include <vector>

namespace leeway {
namespace kernels {
namespace lstm {
namespace {

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
            const LstmFactor<Storage> factor{gradients + (after + row) * stride, stride, 4 * gate};
            machine.product(factor, {gradients, 0, 0}, panel, known, sums);
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

}  // namespace
}  // namespace lstm
}  // namespace kernels
}  // namespace leeway
