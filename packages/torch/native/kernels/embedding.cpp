// leeway::embed_beside: values and, beside them, for each of some codes a row of its own table, in one pass over the
// batch; backward the gradients of all tables in one more.
#include "../errors.hpp"
#include "define.hpp"
#include "in_parallel.hpp"
#include "instruction_sets.hpp"

#include <torch/csrc/autograd/custom_function.h>

#include <vector>

namespace leeway {
namespace kernels {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

// The columns of the result: those of the values, then those of each table.
struct Beside {
  int64_t rows, values, width;
  std::vector<int64_t> starts, widths;

  Beside(int64_t rows, int64_t values, std::vector<int64_t> ofTables)
      : rows(rows), values(values), width(values), widths(std::move(ofTables)) {
    for (int64_t each : widths) {
      starts.push_back(width);
      width += each;
    }
  }
  size_t tables() const { return widths.size(); }
};

template <typename Storage>
at::Tensor embedBesideForward(const at::Tensor& values, const at::Tensor& codes, const std::vector<at::Tensor>& tables,
                              const Beside& to) {
  at::Tensor result = at::empty({to.rows, to.width}, values.options());
  std::vector<const Storage*> from;
  for (const at::Tensor& table : tables) from.push_back(table.data_ptr<Storage>());
  const Storage* given = values.data_ptr<Storage>();
  const int64_t* code = codes.data_ptr<int64_t>();
  Storage* all = result.data_ptr<Storage>();
  constexpr int64_t kRows = 256;
  inParallel((to.rows + kRows - 1) / kRows, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin * kRows; row < std::min(end * kRows, to.rows); row++) {
      Storage* at = all + row * to.width;
      std::copy_n(given + row * to.values, to.values, at);
      for (size_t g = 0; g < to.tables(); g++) {
        std::copy_n(from[g] + code[row * to.tables() + g] * to.widths[g], to.widths[g], at + to.starts[g]);
      }
    }
  });
  return result;
}

template <typename Storage>
std::vector<at::Tensor> tableGradients(const at::Tensor& gradient, const at::Tensor& codes, const Beside& from,
                                       const std::vector<int64_t>& counts, int64_t padding) {
  std::vector<at::Tensor> results;
  std::vector<Storage*> to;
  for (size_t g = 0; g < from.tables(); g++) {
    results.push_back(at::zeros({counts[g], from.widths[g]}, gradient.options()));
    to.push_back(results.back().data_ptr<Storage>());
  }
  const Storage* all = gradient.data_ptr<Storage>();
  const int64_t* code = codes.data_ptr<int64_t>();
  inParallel(from.tables(), [&](int64_t begin, int64_t end) {
    for (int64_t g = begin; g < end; g++) {
      const int64_t width = from.widths[g];
      for (int64_t row = 0; row < from.rows; row++) {
        const int64_t index = code[row * from.tables() + g];
        if (index == padding) continue;
        const Storage* added = all + row * from.width + from.starts[g];
        Storage* sum = to[g] + index * width;
        for (int64_t i = 0; i < width; i++) sum[i] += added[i];
      }
    }
  });
  return results;
}

struct EmbedBeside : torch::autograd::Function<EmbedBeside> {
  static Variable forward(AutogradContext* context, const Variable& values, const at::Tensor& codes,
                          at::TensorList tables, int64_t padding) {
    std::vector<at::Tensor> held;
    std::vector<int64_t> counts, widths;
    for (const at::Tensor& table : tables) {
      held.push_back(table.contiguous());
      counts.push_back(table.size(0));
      widths.push_back(table.size(1));
    }
    const at::Tensor rows = codes.contiguous(), given = values.contiguous();
    context->save_for_backward({rows});
    context->saved_data["counts"] = counts;
    context->saved_data["widths"] = widths;
    context->saved_data["values"] = values.size(1);
    context->saved_data["wantsValues"] = values.requires_grad();
    context->saved_data["padding"] = padding;
    const Beside to(values.size(0), values.size(1), widths);
    return given.scalar_type() == at::kDouble ? embedBesideForward<double>(given, rows, held, to)
                                              : embedBesideForward<float>(given, rows, held, to);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    TORCH_CHECK(!at::GradMode::is_enabled(), "leeway::embed_beside has no second derivative");
    const at::Tensor codes = context->get_saved_variables()[0];
    const std::vector<int64_t> counts = context->saved_data["counts"].toIntVector();
    const at::Tensor gradient = gradients[0].contiguous();
    const Beside from(gradient.size(0), context->saved_data["values"].toInt(),
                      context->saved_data["widths"].toIntVector());
    const int64_t padding = context->saved_data["padding"].toInt();
    const std::vector<at::Tensor> tables = gradient.scalar_type() == at::kDouble
                                               ? tableGradients<double>(gradient, codes, from, counts, padding)
                                               : tableGradients<float>(gradient, codes, from, counts, padding);
    const bool wantsValues = context->saved_data["wantsValues"].toBool();
    variable_list all{wantsValues ? gradient.narrow(1, 0, from.values) : at::Tensor(), at::Tensor()};
    all.insert(all.end(), tables.begin(), tables.end());
    all.emplace_back();
    return all;
  }
};

void requireCodes(const at::Tensor& codes, at::TensorList tables) {
  const at::Tensor held = codes.contiguous();
  const int64_t* code = held.data_ptr<int64_t>();
  std::vector<int64_t> counts;
  for (const at::Tensor& table : tables) counts.push_back(table.size(0));
  for (int64_t row = 0; row < codes.size(0); row++) {
    for (size_t g = 0; g < counts.size(); g++, code++) {
      TORCH_CHECK(*code >= 0 && *code < counts[g], "expected codes[", row, ", ", g, "] to be 0 to ", counts[g] - 1,
                  ", got ", *code);
    }
  }
}

at::Tensor embedBeside(const at::Tensor& values, const at::Tensor& codes, at::TensorList tables, int64_t padding) {
  TORCH_CHECK(values.dim() == 2, "expected values of 2 dimensions, got ", values.dim());
  TORCH_CHECK(codes.dim() == 2 && codes.size(0) == values.size(0), "expected codes of ", values.size(0),
              " rows, as values has, got shape ", codes.sizes());
  TORCH_CHECK(codes.scalar_type() == at::kLong, "expected int64 codes, got ", codes.scalar_type());
  TORCH_CHECK(codes.size(1) == static_cast<int64_t>(tables.size()), "expected a table for each of ", codes.size(1),
              " columns of codes, got ", tables.size());
  bool ours = values.is_cpu() && codes.is_cpu() &&
              (values.scalar_type() == at::kFloat || values.scalar_type() == at::kDouble);
  for (const at::Tensor& table : tables) {
    TORCH_CHECK(table.dim() == 2, "expected tables of 2 dimensions, got ", table.dim());
    ours = ours && table.is_cpu() && table.scalar_type() == values.scalar_type();
  }
  if (ours) {
    requireCodes(codes, tables);
    return EmbedBeside::apply(values, codes, tables, padding);
  }
  std::vector<at::Tensor> parts{values};
  for (size_t g = 0; g < tables.size(); g++) {
    parts.push_back(at::embedding(tables[g], codes.select(1, g), padding).to(values.scalar_type()));
  }
  return at::cat(parts, 1);
}

}  // namespace

static const auto embeddingOperators =
    define("embed_beside", "(Tensor values, Tensor codes, Tensor[] tables, int padding) -> Tensor", embedBeside);

}  // namespace kernels
}  // namespace leeway
