// The forward pass of batch normalisation: statistics, then the result.
#pragma once

#include "across_ranks.hpp"
#include "channel_rows.hpp"
#include "in_parallel.hpp"
#include "instruction_sets.hpp"

#include <cmath>

namespace leeway {
namespace kernels {

struct Statistics {
  std::vector<double> mean, variance;  // biased
};

// Joins the moments of values in groups, each with its own mean, exactly (Chan et al. 1983).
struct Joined {
  double count = 0, mean = 0, squares = 0;
  void add(double n, double otherMean, double otherSquares) {
    const double all = count + n, distance = otherMean - mean;
    mean += distance * (n / all);
    squares += otherSquares + distance * distance * (count * n / all);
    count = all;
  }
};

template <typename Storage>
Statistics batchStatistics(const Storage* x, const Rows& rows) {
  using Number = NumberOf<Storage>;
  const int64_t width = rows.width, channels = rows.channels;
  std::vector<Joined> joined(rows.parts * channels);
  inParallel(rows.parts, [&](int64_t begin, int64_t end) {
    std::vector<Number> sums(3 * width);
    Moments<Number> moments{sums.data(), sums.data() + width, sums.data() + 2 * width};
    for (int64_t part = begin; part < end; part++) {
      const int64_t n = rows.rowsOf(part);
      withBatchNormRows<Storage>([&](auto loops) { loops.moments(x + rows.start(part), n, width, moments); });
      for (int64_t i = 0; i < width; i++) {
        const double sum = moments.sum[i];
        joined[part * channels + i % channels].add(n, moments.first[i] + sum / n, moments.squares[i] - sum * sum / n);
      }
    }
  });
  Statistics statistics{std::vector<double>(channels), std::vector<double>(channels)};
  for (int64_t c = 0; c < channels; c++) {
    Joined all;
    for (int64_t part = 0; part < rows.parts; part++) {
      const Joined& each = joined[part * channels + c];
      all.add(each.count, each.mean, each.squares);
    }
    for (int64_t i = rows.restStart() + c; i < rows.restStart() + rows.rest; i += channels) {
      all.add(1, static_cast<double>(x[i]), 0);
    }
    statistics.mean[c] = all.mean;
    statistics.variance[c] = std::max(0.0, all.squares / all.count);  // rounding may leave less than nothing
    if (std::isnan(all.squares)) statistics.variance[c] = all.squares;
  }
  return statistics;
}

// running = (1 - momentum) running + momentum new
template <typename Number>
void update(const at::Tensor& running, const std::vector<double>& values, double factor, double momentum) {
  at::Tensor held = running.contiguous();
  Number* to = held.data_ptr<Number>();
  for (size_t c = 0; c < values.size(); c++) {
    to[c] = static_cast<Number>((1 - momentum) * to[c] + momentum * values[c] * factor);
  }
  if (!running.is_contiguous()) running.copy_(held);
  running.unsafeGetTensorImpl()->bump_version();
}

struct Step {
  bool training;
  double momentum, eps;
  bool relu;
  std::shared_ptr<AcrossRanks> ranks;  // whose batches are one in training; this process's own where there are none
};

inline double joinRanks(Statistics& statistics, double count, AcrossRanks& ranks);  // batch_norm_ranks.hpp

template <typename Storage, bool hasResidual, bool hasRelu>
void normalizeAll(const Storage* x, const Storage* residual, Storage* y, Columns<NumberOf<Storage>> columns,
                  const Rows& rows) {
  inParallel(rows.parts, [&](int64_t begin, int64_t end) {
    const int64_t at = rows.start(begin);
    withBatchNormRows<Storage>([&](auto loops) {
      loops.template normalize<hasResidual, hasRelu>(x + at, hasResidual ? residual + at : nullptr, y + at, columns,
                                                     rows.rowsOf(begin, end), rows.width);
    });
  });
  if (rows.rest == 0) return;
  LastRow<Storage> lastX(x, rows), lastResidual(hasResidual ? residual : nullptr, rows), lastY(nullptr, rows);
  withBatchNormRows<Storage>([&](auto loops) {
    loops.template normalize<hasResidual, hasRelu>(lastX.data(), lastResidual.data(), lastY.data(), columns, 1,
                                                   rows.width);
  });
  lastY.writeTo(y, rows);
}

template <typename Storage>
at::Tensor normalized(const at::Tensor& x, const at::Tensor& residual, Columns<NumberOf<Storage>> columns, bool relu) {
  at::Tensor y = at::empty_like(x);
  const Rows rows(x);
  const Storage* from = x.data_ptr<Storage>();
  const Storage* added = residual.defined() ? residual.data_ptr<Storage>() : nullptr;
  Storage* to = y.data_ptr<Storage>();
  if (added != nullptr && relu) normalizeAll<Storage, true, true>(from, added, to, columns, rows);
  if (added != nullptr && !relu) normalizeAll<Storage, true, false>(from, added, to, columns, rows);
  if (added == nullptr && relu) normalizeAll<Storage, false, true>(from, added, to, columns, rows);
  if (added == nullptr && !relu) normalizeAll<Storage, false, false>(from, added, to, columns, rows);
  return y;
}

struct Forward {
  at::Tensor y;
  at::Tensor mean, inverseDeviation;  // float64, what the backward pass needs of the batch
  double count;                       // values of a channel
};

template <typename Storage>
Forward forwardOf(const at::Tensor& x, const at::Tensor& residual, const at::Tensor& weight, const at::Tensor& bias,
                  const at::Tensor& runningMean, const at::Tensor& runningVar, const Step& step) {
  using Number = NumberOf<Storage>;
  const Rows rows(x);
  Statistics statistics;
  double n = static_cast<double>(rows.pixels());
  if (step.training) {
    statistics = batchStatistics(x.data_ptr<Storage>(), rows);
    if (step.ranks) n = joinRanks(statistics, n, *step.ranks);
    update<Number>(runningMean, statistics.mean, 1, step.momentum);
    update<Number>(runningVar, statistics.variance, n / (n - 1), step.momentum);
  } else {
    statistics = {toDoubles<Number>(runningMean), toDoubles<Number>(runningVar)};
  }
  std::vector<double> inverse(rows.channels), scale(rows.channels);
  const std::vector<double> gamma = toDoubles<Number>(weight);
  for (int64_t c = 0; c < rows.channels; c++) {
    inverse[c] = 1 / std::sqrt(statistics.variance[c] + step.eps);
    scale[c] = gamma[c] * inverse[c];
  }
  const Repeated<Number> means(statistics.mean, rows), scales(scale, rows), shifts(toDoubles<Number>(bias), rows);
  at::Tensor like = weight.new_empty({0}, weight.options().dtype(at::kDouble));
  return {normalized<Storage>(x, residual, {means.data(), scales.data(), shifts.data()}, step.relu),
          toTensor<double>(statistics.mean, like), toTensor<double>(inverse, like), n};
}

}  // namespace kernels
}  // namespace leeway
