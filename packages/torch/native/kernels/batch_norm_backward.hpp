// The backward pass of batch normalisation: sums over the batch, then the gradient of its input.
#pragma once

#include "across_ranks.hpp"
#include "channel_rows.hpp"
#include "in_parallel.hpp"
#include "instruction_sets.hpp"

namespace leeway {
namespace kernels {

// What a backward pass needs of its forward pass.
struct Saved {
  at::Tensor x, y, weight, bias;      // y where something was added before the ReLU
  at::Tensor mean, inverseDeviation;  // float64
  bool training, relu, hasResidual;
  double count;                        // values of a channel, over all ranks
  std::shared_ptr<AcrossRanks> ranks;  // that the statistics are of
};

struct Gradients {
  at::Tensor x, residual, weight, bias;
};

struct GradientSums {
  std::vector<double> sums, products;  // of g, and of g (x - mean)
};

// Whether nobody else can see this gradient, so that a result may be written over it: lines of memory that were just
// read cost half of what fresh ones do.
inline bool isUnshared(const at::Tensor& gradient) { return gradient.use_count() == 1 && gradient.storage().use_count() == 1; }

template <typename Storage>
Read<Storage> startingAt(Read<Storage> from, int64_t at) {
  return {from.gradient + at, from.other == nullptr ? nullptr : from.other + at,
          from.y == nullptr ? nullptr : from.y + at, from.x + at};
}

// The sums over the batch. Where `to` is given, the gradient behind the ReLU, of both uses together, is written there.
template <typename Storage, Relu relu, bool two, bool store>
GradientSums gradientSums(Read<Storage> from, Storage* to, Columns<NumberOf<Storage>> columns, const Rows& rows) {
  using Number = NumberOf<Storage>;
  const int64_t channels = rows.channels;
  std::vector<double> perPart(rows.parts * 2 * channels, 0.0);
  inParallel(rows.parts, [&](int64_t begin, int64_t end) {
    std::vector<Number> sums(rows.width), products(rows.width);
    for (int64_t part = begin; part < end; part++) {
      const int64_t at = rows.start(part);
      withBatchNormRows<Storage>([&](auto loops) {
        loops.template gradientSums<relu, two, store>(startingAt(from, at), store ? to + at : nullptr, columns,
                                                      rows.rowsOf(part), rows.width, sums.data(), products.data());
      });
      double* totals = perPart.data() + part * 2 * channels;
      for (int64_t i = 0; i < rows.width; i++) {
        totals[i % channels] += sums[i];
        totals[channels + i % channels] += products[i];
      }
    }
  });
  GradientSums all{std::vector<double>(channels), std::vector<double>(channels)};
  for (int64_t part = 0; part < rows.parts; part++) {
    for (int64_t c = 0; c < channels; c++) {
      all.sums[c] += perPart[part * 2 * channels + c];
      all.products[c] += perPart[(part * 2 + 1) * channels + c];
    }
  }
  if (rows.rest == 0) return all;
  LastRow<Storage> lastG(from.gradient, rows), lastOther(from.other, rows), lastY(from.y, rows), lastX(from.x, rows);
  std::vector<Number> sums(rows.width), products(rows.width);
  withBatchNormRows<Storage>([&](auto loops) {
    loops.template gradientSums<relu, two, store>({lastG.data(), lastOther.data(), lastY.data(), lastX.data()},
                                                  lastG.data(), columns, 1, rows.width, sums.data(), products.data());
  });
  if (store) lastG.writeTo(to, rows);
  for (int64_t i = 0; i < rows.rest; i++) {
    all.sums[i % channels] += sums[i];
    all.products[i % channels] += products[i];
  }
  return all;
}

template <typename Storage, Relu relu>
void inputGradient(const Storage* gradient, const Storage* x, Storage* to, GradientColumns<NumberOf<Storage>> columns,
                   const Rows& rows) {
  inParallel(rows.parts, [&](int64_t begin, int64_t end) {
    const int64_t at = rows.start(begin);
    withBatchNormRows<Storage>([&](auto loops) {
      loops.template inputGradient<relu>(gradient + at, x + at, to + at, columns, rows.rowsOf(begin, end), rows.width);
    });
  });
  if (rows.rest == 0) return;
  LastRow<Storage> lastG(gradient, rows), lastX(x, rows), lastTo(nullptr, rows);
  withBatchNormRows<Storage>([&](auto loops) {
    loops.template inputGradient<relu>(lastG.data(), lastX.data(), lastTo.data(), columns, 1, rows.width);
  });
  lastTo.writeTo(to, rows);
}

// The sums over the batches of all ranks; those of one rank are its share of the gradients of weight and bias.
inline GradientSums joinedRanks(const GradientSums& own, AcrossRanks& ranks) {
  std::vector<double> both(own.sums);
  both.insert(both.end(), own.products.begin(), own.products.end());
  ranks.sum(both);
  const auto middle = both.begin() + own.sums.size();
  return {{both.begin(), middle}, {middle, both.end()}};
}

// The gradient of y, in one part or in two, as the first pass leaves it to the second.
struct Passed {
  at::Tensor gradient;  // behind the ReLU, and of both uses together, where `stored`
  at::Tensor spare;     // memory that nobody reads any more, or undefined
  bool stored;
};

template <typename Storage, Relu relu>
GradientSums joinedSums(Passed& joined, at::Tensor other, const Saved& saved, Columns<NumberOf<Storage>> columns) {
  const Rows rows(saved.x);
  at::Tensor gradient = std::move(joined.gradient);
  const Read<Storage> from{gradient.data_ptr<Storage>(), other.defined() ? other.data_ptr<Storage>() : nullptr,
                           relu == Relu::ofResult ? saved.y.data_ptr<Storage>() : nullptr,
                           saved.x.data_ptr<Storage>()};
  if (!joined.stored) {
    const GradientSums sums = gradientSums<Storage, relu, false, false>(from, nullptr, columns, rows);
    joined.gradient = std::move(gradient);
    return sums;
  }
  joined.gradient = isUnshared(gradient) ? gradient : at::empty_like(saved.x);
  Storage* to = joined.gradient.data_ptr<Storage>();
  const GradientSums sums = other.defined() ? gradientSums<Storage, relu, true, true>(from, to, columns, rows)
                                            : gradientSums<Storage, relu, false, true>(from, to, columns, rows);
  if (other.defined() && isUnshared(other)) joined.spare = std::move(other);
  return sums;
}

template <typename Storage, Relu relu>
Gradients backwardOf(at::Tensor gradient, at::Tensor other, const Saved& saved, bool wantsInput) {
  using Number = NumberOf<Storage>;
  const Rows rows(saved.x);
  const std::vector<double> mean = toDoubles<double>(saved.mean), inverse = toDoubles<double>(saved.inverseDeviation),
                            gamma = toDoubles<Number>(saved.weight);
  const double n = saved.count;
  std::vector<double> scale(rows.channels), slope(rows.channels), offset(rows.channels);
  for (int64_t c = 0; c < rows.channels; c++) scale[c] = gamma[c] * inverse[c];
  const Repeated<Number> means(mean, rows), scales(scale, rows), shifts(toDoubles<Number>(saved.bias), rows);
  const Columns<Number> columns{means.data(), scales.data(), shifts.data()};
  // The residual's gradient is the one behind the ReLU; and what is stored once is read once in the second pass.
  const bool stored = other.defined() || relu == Relu::ofResult;
  Passed joined{std::move(gradient), {}, stored};
  GradientSums all = joinedSums<Storage, relu>(joined, std::move(other), saved, columns);
  const GradientSums batch = saved.ranks ? joinedRanks(all, *saved.ranks) : all;
  for (int64_t c = 0; c < rows.channels; c++) {
    // Fixed statistics (evaluation) do not move with the batch.
    slope[c] = saved.training ? inverse[c] * inverse[c] * batch.products[c] / n : 0;
    offset[c] = saved.training ? batch.sums[c] / n : 0;
    all.products[c] *= inverse[c];
  }
  Gradients to{{}, saved.hasResidual ? joined.gradient : at::Tensor(), toTensor<Number>(all.products, saved.weight),
               toTensor<Number>(all.sums, saved.weight)};
  if (!wantsInput) return to;
  const Repeated<Number> slopes(slope, rows), offsets(offset, rows);
  const GradientColumns<Number> gradientColumns{columns, slopes.data(), offsets.data()};
  to.x = joined.spare;
  if (!to.x.defined()) to.x = isUnshared(joined.gradient) ? joined.gradient : at::empty_like(saved.x);
  const Storage* g = joined.gradient.data_ptr<Storage>();
  const Storage* x = saved.x.data_ptr<Storage>();
  Storage* toX = to.x.data_ptr<Storage>();
  if (stored || relu == Relu::none) inputGradient<Storage, Relu::none>(g, x, toX, gradientColumns, rows);
  else inputGradient<Storage, Relu::ofInput>(g, x, toX, gradientColumns, rows);
  return to;
}

// The gradients of all inputs from that of the result; from two where the result was given twice, else `other` is
// undefined. Both lie like x, and may be written over where nobody else can see them.
template <typename Storage>
Gradients backwardOf(at::Tensor gradient, at::Tensor other, const Saved& saved, bool wantsInput) {
  const auto run = [&](auto of) { return of(std::move(gradient), std::move(other), saved, wantsInput); };
  if (!saved.relu) return run(backwardOf<Storage, Relu::none>);
  return saved.y.defined() ? run(backwardOf<Storage, Relu::ofResult>) : run(backwardOf<Storage, Relu::ofInput>);
}

}  // namespace kernels
}  // namespace leeway
