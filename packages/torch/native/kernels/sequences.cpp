// leeway::pack_sequences and unpack_sequences, between padded sequences and rows without padding, and
// leeway::max_of_sequences over such rows.
#include "sequences.hpp"

#include "../errors.hpp"
#include "define.hpp"
#include "in_parallel.hpp"
#include "instruction_sets.hpp"

#include <torch/csrc/autograd/custom_function.h>

namespace leeway {
namespace kernels {
namespace sequences {  // all sources are one unit
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

// Calls body(place in [N, T], row) for every entry, sequences side by side.
template <typename Body>
void overEntries(const Sequences& sequences, int64_t time, const Body& body) {
  inParallel(sequences.size(), [&](int64_t begin, int64_t end) {
    for (int64_t step = 0; step < sequences.steps(); step++) {
      for (int64_t i = begin; i < std::min(end, sequences.counts[step]); i++) {
        body(sequences.order[i] * time + step, sequences.starts[step] + i);
      }
    }
  });
}

int64_t bytesOfEntry(const at::Tensor& tensor, int64_t entries) {
  return entries == 0 ? 0 : tensor.numel() / entries * tensor.element_size();
}

at::Tensor packed(const at::Tensor& padded, const Sequences& sequences) {
  const at::Tensor from = padded.contiguous();
  std::vector<int64_t> shape(from.sizes().begin() + 1, from.sizes().end());
  shape[0] = sequences.rows;
  at::Tensor to = at::empty(shape, from.options());
  const int64_t bytes = bytesOfEntry(to, sequences.rows);
  const char* source = static_cast<const char*>(from.data_ptr());
  char* target = static_cast<char*>(to.data_ptr());
  overEntries(sequences, from.size(1), [&](int64_t place, int64_t row) {
    std::memcpy(target + row * bytes, source + place * bytes, bytes);
  });
  return to;
}

at::Tensor unpacked(const at::Tensor& rows, const Sequences& sequences, int64_t time) {
  const at::Tensor from = rows.contiguous();
  std::vector<int64_t> shape(from.sizes().begin(), from.sizes().end());
  shape[0] = time;
  shape.insert(shape.begin(), sequences.size());
  const bool isFull = sequences.rows == sequences.size() * time;
  at::Tensor to = isFull ? at::empty(shape, from.options()) : at::zeros(shape, from.options());
  const int64_t bytes = bytesOfEntry(from, sequences.rows);
  const char* source = static_cast<const char*>(from.data_ptr());
  char* target = static_cast<char*>(to.data_ptr());
  overEntries(sequences, time, [&](int64_t place, int64_t row) {
    std::memcpy(target + place * bytes, source + row * bytes, bytes);
  });
  return to;
}

struct Pack : torch::autograd::Function<Pack> {
  static Variable forward(AutogradContext* context, const Variable& padded, const at::Tensor& lengths) {
    context->saved_data["lengths"] = lengths;
    context->saved_data["time"] = padded.size(1);
    return packed(padded, Sequences(lengths));
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "leeway::pack_sequences has no second derivative");
    const Sequences sequences(context->saved_data["lengths"].toTensor());
    return {unpacked(gradients[0], sequences, context->saved_data["time"].toInt()), Variable()};
  }
};

struct Unpack : torch::autograd::Function<Unpack> {
  static Variable forward(AutogradContext* context, const Variable& rows, const at::Tensor& lengths, int64_t time) {
    context->saved_data["lengths"] = lengths;
    return unpacked(rows, Sequences(lengths), time);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "leeway::unpack_sequences has no second derivative");
    return {packed(gradients[0], Sequences(context->saved_data["lengths"].toTensor())), Variable(), Variable()};
  }
};

template <typename Storage>
void largestOf(const at::Tensor& rows, const Sequences& sequences, at::Tensor& values, at::Tensor& steps) {
  using Number = NumberOf<Storage>;
  const int64_t width = rows.size(1);
  const Storage* from = rows.data_ptr<Storage>();
  Storage* to = values.data_ptr<Storage>();
  int32_t* where = steps.data_ptr<int32_t>();
  inParallel(sequences.size(), [&](int64_t begin, int64_t end) {
    std::vector<Number> best(width);
    for (int64_t i = begin; i < end; i++) {
      const int64_t place = sequences.order[i];
      std::copy_n(from + i * width, width, best.begin());
      std::fill_n(where + place * width, width, 0);
      withLstmRows<Storage>([&](auto, auto loops) {
        for (int64_t step = 1; step < sequences.lengthOf(i); step++) {
          loops.largest(from + (sequences.starts[step] + i) * width, width, static_cast<int32_t>(step), best.data(),
                        where + place * width);
        }
      });
      std::transform(best.begin(), best.end(), to + place * width,
                     [](Number value) { return static_cast<Storage>(value); });
    }
  });
}

template <typename Storage>
void toLargest(const at::Tensor& gradient, const Sequences& sequences, const at::Tensor& steps, at::Tensor& rows) {
  const int64_t width = rows.size(1);
  const Storage* from = gradient.data_ptr<Storage>();
  const int32_t* where = steps.data_ptr<int32_t>();
  Storage* to = rows.data_ptr<Storage>();
  for (int64_t i = 0; i < sequences.size(); i++) {
    const int64_t place = sequences.order[i] * width;
    for (int64_t column = 0; column < width; column++) {
      to[(sequences.starts[where[place + column]] + i) * width + column] = from[place + column];
    }
  }
}

struct Max : torch::autograd::Function<Max> {
  static Variable forward(AutogradContext* context, const Variable& input, const at::Tensor& lengths) {
    const Sequences sequences(lengths);
    const at::Tensor rows = input.contiguous();
    at::Tensor values = at::empty({sequences.size(), rows.size(1)}, rows.options());
    at::Tensor steps = at::empty(values.sizes(), at::kInt);
    withStorage(rows, [&](auto storage) { largestOf<decltype(storage)>(rows, sequences, values, steps); });
    context->saved_data["lengths"] = lengths;
    context->saved_data["steps"] = steps;
    return values;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "leeway::max_of_sequences has no second derivative");
    const Sequences sequences(context->saved_data["lengths"].toTensor());
    const at::Tensor gradient = gradients[0].contiguous();
    at::Tensor rows = at::zeros({sequences.rows, gradient.size(1)}, gradient.options());
    withStorage(rows, [&](auto storage) {
      toLargest<decltype(storage)>(gradient, sequences, context->saved_data["steps"].toTensor(), rows);
    });
    return {rows, Variable()};
  }
};

at::Tensor packSequences(const at::Tensor& padded, const at::Tensor& lengths) {
  const Sequences sequences(lengths);
  TORCH_CHECK(padded.is_cpu() && padded.dim() >= 2 && padded.size(0) == sequences.size() &&
                  padded.size(1) >= sequences.steps(),
              "expected ", sequences.size(), " sequences of at least ", sequences.steps(),
              " entries on the CPU, got shape ", padded.sizes());
  return Pack::apply(padded, lengths);
}

void requireRows(const at::Tensor& rows, const Sequences& sequences) {
  TORCH_CHECK(rows.is_cpu() && rows.dim() >= 1 && rows.size(0) == sequences.rows, "expected ", sequences.rows,
              " rows on the CPU, got shape ", rows.sizes());
}

at::Tensor unpackSequences(const at::Tensor& rows, const at::Tensor& lengths, int64_t time) {
  const Sequences sequences(lengths);
  requireRows(rows, sequences);
  TORCH_CHECK(time >= sequences.steps(), "expected time of at least ", sequences.steps(), ", got ", time);
  return Unpack::apply(rows, lengths, time);
}

at::Tensor maxOfSequences(const at::Tensor& rows, const at::Tensor& lengths) {
  const Sequences sequences(lengths);
  requireRows(rows, sequences);
  const at::ScalarType dtype = rows.scalar_type();
  TORCH_CHECK(rows.dim() == 2 && (dtype == at::kFloat || dtype == at::kBFloat16 || dtype == at::kDouble),
              "expected two dimensions of float32, bfloat16 or float64, got ", dtype, " of shape ", rows.sizes());
  return Max::apply(rows, lengths);
}

}  // namespace

static const auto packOperator =
    define("pack_sequences", "(Tensor padded, Tensor lengths) -> Tensor", packSequences);
static const auto unpackOperator =
    define("unpack_sequences", "(Tensor rows, Tensor lengths, int time) -> Tensor", unpackSequences);
static const auto maxOperator =
    define("max_of_sequences", "(Tensor rows, Tensor lengths) -> Tensor", maxOfSequences);

}  // namespace sequences
}  // namespace kernels
}  // namespace leeway
