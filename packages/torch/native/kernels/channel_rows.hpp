// A batch of channels as rows for the kernels' loops, and what goes with them.
#pragma once

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace leeway {
namespace kernels {

// Values of one part: a few of them fit the second cache with their results.
constexpr int64_t kPart = 1 << 15;

// [N, C, ...] in channels_last as rows of a width that vectors divide: as many pixels beside each other as that takes.
struct Rows {
  int64_t channels, width, rows, perPart, parts;
  int64_t rest;  // values after the last whole row, of whole pixels

  explicit Rows(const at::Tensor& x) {
    channels = x.size(1);
    width = channels / std::gcd(channels, int64_t{16}) * 16;
    rows = channels == 0 ? 0 : x.numel() / width;
    rest = x.numel() - rows * width;
    perPart = std::max<int64_t>(1, kPart / std::max<int64_t>(1, width));
    parts = (rows + perPart - 1) / perPart;
  }
  int64_t pixels() const { return (rows * width + rest) / channels; }
  int64_t start(int64_t part) const { return part * perPart * width; }
  int64_t rowsOf(int64_t part) const { return rowsOf(part, part + 1); }
  int64_t rowsOf(int64_t begin, int64_t end) const { return std::min(end * perPart, rows) - begin * perPart; }
  int64_t restStart() const { return rows * width; }
};

// A value for each channel, repeated to the width of a row.
template <typename Number>
struct Repeated {
  std::vector<Number> values;
  Repeated(const std::vector<double>& perChannel, const Rows& rows) : values(rows.width) {
    for (int64_t i = 0; i < rows.width; i++) values[i] = static_cast<Number>(perChannel[i % rows.channels]);
  }
  const Number* data() const { return values.data(); }
};

// A row of what is left after the whole ones, filled up with zeros, so that it goes through the same loops.
template <typename Storage>
struct LastRow {
  std::vector<Storage> values;
  LastRow(const Storage* all, const Rows& rows) : values(rows.width, Storage(0)) {
    if (all != nullptr) std::copy_n(all + rows.restStart(), rows.rest, values.begin());
  }
  Storage* data() { return values.data(); }
  void writeTo(Storage* all, const Rows& rows) { std::copy_n(values.begin(), rows.rest, all + rows.restStart()); }
};

template <typename Number>
std::vector<double> toDoubles(const at::Tensor& values) {
  at::Tensor held = values.contiguous();
  const Number* from = held.data_ptr<Number>();
  return std::vector<double>(from, from + held.numel());
}

template <typename Number>
at::Tensor toTensor(const std::vector<double>& values, const at::Tensor& like) {
  at::Tensor tensor = at::empty({static_cast<int64_t>(values.size())}, like.options());
  std::copy(values.begin(), values.end(), tensor.data_ptr<Number>());
  return tensor;
}

}  // namespace kernels
}  // namespace leeway
