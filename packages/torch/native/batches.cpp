// Batches for a network from examples in JavaScript's own arrays, as they lie there: gathered, converted and varied in
// one pass on libtorch's threads, to the bits that JavaScript would compute.
#include "addon.hpp"
#include "errors.hpp"
#include "image_changes.hpp"
#include "kernels/in_parallel.hpp"
#include "kernels/instruction_sets.hpp"
#include "values.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace leeway {

namespace {

using kernels::inParallel;

// The numbers of a typed array, valid until JavaScript runs again.
template <typename Number>
struct Numbers {
  const Number* data;
  int64_t length;
  const Number& operator[](int64_t i) const { return data[i]; }
};

template <typename Array>
auto numbersIn(Napi::Value value, napi_typedarray_type type, const char* what) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != type) {
    throw BadArgument(std::string("expected ") + what + ", got " + wordFor(value));
  }
  Array array = value.As<Array>();
  return Numbers<std::remove_pointer_t<decltype(array.Data())>>{array.Data(),
                                                                static_cast<int64_t>(array.ElementLength())};
}

Numbers<float> floatsIn(Napi::Value value) {
  return numbersIn<Napi::Float32Array>(value, napi_float32_array, "a Float32Array");
}
Numbers<double> doublesIn(Napi::Value value) {
  return numbersIn<Napi::Float64Array>(value, napi_float64_array, "a Float64Array");
}
Numbers<int32_t> intsIn(Napi::Value value) {
  return numbersIn<Napi::Int32Array>(value, napi_int32_array, "an Int32Array");
}
Numbers<uint32_t> rowsIn(Napi::Value value) {
  return numbersIn<Napi::Uint32Array>(value, napi_uint32_array, "a Uint32Array");
}

// Calls read for each element of an array of typed arrays.
template <typename Read>
auto eachIn(Napi::Value value, const Read& read) {
  if (!value.IsArray()) throw BadArgument("expected an array of typed arrays, got " + wordFor(value));
  Napi::Array array = value.As<Napi::Array>();
  const uint32_t length = array.Length();
  std::vector<Napi::Value> values(length);  // before any is looked into: a getter may run JavaScript
  for (uint32_t i = 0; i < length; i++) values[i] = array.Get(i);
  std::vector<decltype(read(values[0]))> all;
  for (Napi::Value each : values) all.push_back(read(each));
  return all;
}

template <typename A, typename B>
void requireSame(const A& one, const B& other, const char* what) {
  if (one != other) throw BadArgument(std::string("expected as many ") + what);
}

void requireRows(const Numbers<uint32_t>& rows, int64_t count) {
  for (int64_t i = 0; i < rows.length; i++) {
    if (rows[i] < count) continue;
    throw BadArgument("expected rows[" + std::to_string(i) + "] to be below " + std::to_string(count) + ", got " +
                      std::to_string(rows[i]));
  }
}

at::TensorOptions optionsFor(at::ScalarType type, Napi::Value pinned) {
  return at::TensorOptions(type).pinned_memory(pinned.ToBoolean().Value());
}

struct Size {
  int64_t channels, height, width;
  int64_t values() const { return channels * height * width; }
};

// How an image lies in its crop: see Placement of the TypeScript side.
struct Placement {
  int32_t index, down, right, mirrored, side, row, column;
};
constexpr int64_t kPlacement = sizeof(Placement) / sizeof(int32_t);

// Crops and mirrors an image; valueOf(channel, byte) is what is written of a byte, and of byte 0 outside of the image.
template <typename Value, typename ValueOf>
void placeImage(const uint8_t* pixels, Value* to, const Size& from, const Size& crop, const Placement& placed,
                const ValueOf& valueOf) {
  const int64_t above = (from.height - crop.height) / 2 + placed.down;
  const int64_t before = (from.width - crop.width) / 2 + placed.right;
  const int64_t channels = crop.channels;
  const bool outside =
      above < 0 || before < 0 || above + crop.height > from.height || before + crop.width > from.width;
  if (outside) {
    for (int64_t i = 0; i < crop.values(); i++) to[i] = valueOf(i % channels, 0);
  }
  const int64_t left = std::max<int64_t>(0, -before), end = std::min(crop.width, from.width - before);
  const int64_t step = placed.mirrored ? -channels : channels;
  for (int64_t y = std::max<int64_t>(0, -above); y < std::min(crop.height, from.height - above); y++) {
    const uint8_t* source = pixels + ((y + above) * from.width + left + before) * channels;
    Value* target = to + (y * crop.width + (placed.mirrored ? crop.width - 1 - left : left)) * channels;
    for (int64_t x = left; x < end; x++, source += channels, target += step) {
      for (int64_t c = 0; c < channels; c++) target[c] = valueOf(c, source[c]);
    }
  }
}

// Fills the square that is cut out of an image, of which hole holds a value for each channel.
void cutOut(float* to, const Size& crop, const Placement& placed, const float* hole) {
  if (placed.side <= 0) return;
  const int64_t top = placed.row - placed.side / 2, start = placed.column - placed.side / 2;
  const int64_t left = std::max<int64_t>(0, start), end = std::min(crop.width, start + placed.side);
  for (int64_t y = std::max<int64_t>(0, top); y < std::min(crop.height, top + placed.side); y++) {
    for (int64_t x = left; x < end; x++) std::copy_n(hole, crop.channels, to + (y * crop.width + x) * crop.channels);
  }
}

// A change of an image, see Change, and how large it is.
struct Changed {
  double change, magnitude;
};

void requireChanges(const Numbers<double>& changes, int64_t images) {
  constexpr int64_t kNumbers = sizeof(Changed) / sizeof(double);
  if (images == 0 ? changes.length != 0 : changes.length % (kNumbers * images) != 0) {
    throw BadArgument("expected as many changes of each image");
  }
  for (int64_t i = 0; i < changes.length; i += kNumbers) {
    if (changes[i] >= 0 && changes[i] < static_cast<double>(Change::kCount)) continue;
    throw BadArgument("expected a change that is known, got " + std::to_string(changes[i]));
  }
}

Size sizeIn(Numbers<int32_t> sizes, int64_t at) {
  Size size{sizes[0], sizes[at], sizes[at + 1]};
  constexpr int64_t kLimit = 1 << 20;
  for (int64_t each : {size.channels, size.height, size.width}) {
    if (each < 1 || each > kLimit) throw BadArgument("expected sizes from 1 to 1048576");
  }
  return size;
}

void requireBoxes(const Numbers<int32_t>& boxes, int64_t images, const Size& from) {
  constexpr int64_t kNumbers = sizeof(Box) / sizeof(int32_t);
  if (boxes.length != 0 && boxes.length != kNumbers * images) throw BadArgument("expected a box for each image");
  const Box* all = reinterpret_cast<const Box*>(boxes.data);
  for (int64_t i = 0; i < boxes.length / kNumbers; i++) {
    const auto& [top, left, height, width] = all[i];
    if (height == 0) continue;
    const bool inside = top >= 0 && left >= 0 && height > 0 && width > 0 && top <= from.height - height &&
                        left <= from.width - width;
    if (!inside) throw BadArgument("expected box " + std::to_string(i) + " to lie in the image");
  }
}

// imageRows(pixels, placements, boxes, changes, table, hole, [C, H, W, height, width], pinned) -> [N, height, width, C]
// float32; table[256 channel + byte] is what a network sees of a byte.
Napi::Value imageRows(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "imageRows", [&]() -> Napi::Value {
    const at::TensorOptions options = optionsFor(at::kFloat, info[7]);
    const auto pixels = numbersIn<Napi::Uint8Array>(info[0], napi_uint8_array, "a Uint8Array");
    const Numbers<int32_t> places = intsIn(info[1]), boxes = intsIn(info[2]), sizes = intsIn(info[6]);
    const Numbers<double> changes = doublesIn(info[3]);
    const Numbers<float> table = floatsIn(info[4]), hole = floatsIn(info[5]);
    if (sizes.length != 5) throw BadArgument("expected five sizes");
    const Size from = sizeIn(sizes, 1), crop = sizeIn(sizes, 3);
    if (table.length != 256 * from.channels) throw BadArgument("expected 256 values for each channel");
    if (hole.length != from.channels) throw BadArgument("expected one value of a hole for each channel");
    if (places.length % kPlacement != 0) throw BadArgument("expected seven numbers for each image");
    const int64_t count = places.length / kPlacement, stored = pixels.length / from.values();
    const Placement* placed = reinterpret_cast<const Placement*>(places.data);
    for (int64_t i = 0; i < count; i++) {
      if (placed[i].index < 0 || placed[i].index >= stored) {
        throw BadArgument("expected the place of an image below " + std::to_string(stored) + ", got " +
                          std::to_string(placed[i].index));
      }
    }
    requireBoxes(boxes, count, from);
    requireChanges(changes, count);
    const Box* boxed = boxes.length == 0 ? nullptr : reinterpret_cast<const Box*>(boxes.data);
    const Changed* changed = reinterpret_cast<const Changed*>(changes.data);
    const int64_t each = count == 0 ? 0 : changes.length / (2 * count);
    at::Tensor images = at::empty({count, crop.height, crop.width, crop.channels}, options);
    float* to = images.data_ptr<float>();
    const auto seen = [values = table.data](int64_t channel, uint8_t byte) { return values[256 * channel + byte]; };
    inParallel(count, [&](int64_t begin, int64_t end) {
      const bool asIs = each == 0 && boxed == nullptr;
      ImageChanger changer(asIs ? 0 : crop.height, crop.width, crop.channels);
      for (int64_t i = begin; i < end; i++) {
        const uint8_t* image = pixels.data + placed[i].index * from.values();
        float* result = to + i * crop.values();
        if (asIs) {
          placeImage(image, result, from, crop, placed[i], seen);
        } else {
          if (boxed != nullptr && boxed[i].height > 0) {
            changer.resize(image, from.width, boxed[i], placed[i].mirrored);
          } else {
            placeImage(image, changer.image(), from, crop, placed[i], [](int64_t, uint8_t byte) { return byte; });
          }
          for (int64_t k = i * each; k < (i + 1) * each; k++) {
            changer.apply(static_cast<Change>(static_cast<int>(changed[k].change)), changed[k].magnitude);
          }
          const uint8_t* bytes = changer.image();
          for (int64_t k = 0; k < crop.values(); k += crop.channels) {
            for (int64_t c = 0; c < crop.channels; c++) result[k + c] = seen(c, bytes[k + c]);
          }
        }
        cutOut(result, crop, placed[i], hole.data);
      }
    });
    return handleOf(info.Env(), std::move(images));
  });
}

// Rows of one piece of work.
constexpr int64_t kRowsAPart = 32;
// Short rows that come while one is copied.
constexpr int64_t kRowsAhead = 4;

template <typename Body>
void overRowParts(int64_t rows, const Body& body) {
  inParallel((rows + kRowsAPart - 1) / kRowsAPart, [&](int64_t begin, int64_t end) {
    body(begin * kRowsAPart, std::min(rows, end * kRowsAPart));
  });
}

// Rows lie anywhere in memory: the next ones come while these are computed.
template <typename Number>
void prefetch(const Number* row, int64_t width) {
  constexpr int64_t kLine = 64 / sizeof(Number);
  for (int64_t column = 0; column < width; column += kLine) __builtin_prefetch(row + column);
}

// vectorRows(vectors, rows, mean, deviation, pinned) -> [N, D] float32, (x - mean) / deviation
Napi::Value vectorRows(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "vectorRows", [&]() -> Napi::Value {
    const at::TensorOptions options = optionsFor(at::kFloat, info[4]);
    const Numbers<float> vectors = floatsIn(info[0]);
    const Numbers<uint32_t> rows = rowsIn(info[1]);
    const Numbers<double> mean = doublesIn(info[2]), deviation = doublesIn(info[3]);
    const int64_t width = mean.length;
    requireSame(width, deviation.length, "deviations as means");
    requireRows(rows, width == 0 ? 0 : vectors.length / width);
    at::Tensor result = at::empty({rows.length, width}, options);
    float* to = result.data_ptr<float>();
    overRowParts(rows.length, [&](int64_t begin, int64_t end) {
      kernels::withStandardizeRows([&](auto loops) {
        for (int64_t i = begin; i < end; i++) {
          if (i + 1 < end) prefetch(vectors.data + rows[i + 1] * width, width);
          loops.row(vectors.data + rows[i] * width, mean.data, deviation.data, to + i * width, width);
        }
      });
    });
    return handleOf(info.Env(), std::move(result));
  });
}

// gatherRows(matrix, width, rows, pinned) -> [N, width], rows of a matrix of float32, or of int32 as int64
Napi::Value gatherRows(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "gatherRows", [&]() -> Napi::Value {
    const bool whole = info[0].IsTypedArray() && info[0].As<Napi::TypedArray>().TypedArrayType() == napi_int32_array;
    const at::TensorOptions options = optionsFor(whole ? at::kLong : at::kFloat, info[3]);
    const int64_t width = info[1].ToNumber().Int64Value();
    if (width < 0) throw BadArgument("expected a width of at least 0");
    const Numbers<uint32_t> rows = rowsIn(info[2]);
    auto gather = [&](auto matrix, auto* to) {
      requireRows(rows, width == 0 ? std::numeric_limits<int64_t>::max() : matrix.length / width);
      overRowParts(rows.length, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < std::min(end, begin + kRowsAhead); i++) prefetch(matrix.data + rows[i] * width, width);
        for (int64_t i = begin; i < end; i++) {
          if (i + kRowsAhead < end) prefetch(matrix.data + rows[i + kRowsAhead] * width, width);
          std::copy_n(matrix.data + rows[i] * width, width, to + i * width);
        }
      });
    };
    at::Tensor result = at::empty({rows.length, width}, options);
    if (whole) {
      gather(intsIn(info[0]), result.data_ptr<int64_t>());
    } else {
      gather(floatsIn(info[0]), result.data_ptr<float>());
    }
    return handleOf(info.Env(), std::move(result));
  });
}

// numberRows(columns, rows, mean, deviation, indicator, limit, pinned) -> [N, F + indicators] float32. Each column is
// (x - mean) / deviation, at most `limit` from 0, and 0 where missing; where its indicator is not 0, another value after
// all columns says whether it is missing.
Napi::Value numberRows(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "numberRows", [&]() -> Napi::Value {
    const at::TensorOptions options = optionsFor(at::kFloat, info[6]);
    const double limit = info[5].ToNumber().DoubleValue();
    const std::vector<Numbers<float>> columns = eachIn(info[0], floatsIn);
    const Numbers<uint32_t> rows = rowsIn(info[1]);
    const Numbers<double> mean = doublesIn(info[2]), deviation = doublesIn(info[3]);
    const Numbers<int32_t> indicator = intsIn(info[4]);
    const int64_t count = static_cast<int64_t>(columns.size());
    requireSame(count, mean.length, "means as columns");
    requireSame(count, deviation.length, "deviations as columns");
    requireSame(count, indicator.length, "indicators as columns");
    for (const Numbers<float>& column : columns) requireRows(rows, column.length);
    std::vector<int64_t> indicatorAt(count, -1);
    int64_t width = count;
    for (int64_t f = 0; f < count; f++) {
      if (indicator[f] != 0) indicatorAt[f] = width++;
    }
    at::Tensor result = at::empty({rows.length, width}, options);
    float* to = result.data_ptr<float>();
    overRowParts(rows.length, [&](int64_t begin, int64_t end) {
      for (int64_t f = 0; f < count; f++) {
        if (f + 1 < count) {
          for (int64_t i = begin; i < end; i++) __builtin_prefetch(columns[f + 1].data + rows[i]);
        }
        for (int64_t i = begin; i < end; i++) {
          const double value = (columns[f][rows[i]] - mean[f]) / deviation[f];
          const bool missing = std::isnan(value);
          to[i * width + f] = missing ? 0.0f : static_cast<float>(std::max(-limit, std::min(limit, value)));
          if (indicatorAt[f] >= 0) to[i * width + indicatorAt[f]] = missing ? 1.0f : 0.0f;
        }
      }
    });
    return handleOf(info.Env(), std::move(result));
  });
}

// codeRows(columns, rows, codes, pinned) -> [N, G] int64, of each column codes[g][value]; the last of them where the
// value is below 0, which is missing.
Napi::Value codeRows(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "codeRows", [&]() -> Napi::Value {
    const at::TensorOptions options = optionsFor(at::kLong, info[3]);
    const std::vector<Numbers<int32_t>> columns = eachIn(info[0], intsIn), codes = eachIn(info[2], intsIn);
    const Numbers<uint32_t> rows = rowsIn(info[1]);
    const int64_t count = static_cast<int64_t>(columns.size());
    requireSame(columns.size(), codes.size(), "lists of codes as columns");
    for (const Numbers<int32_t>& column : columns) requireRows(rows, column.length);
    for (const Numbers<int32_t>& each : codes) {
      if (each.length == 0) throw BadArgument("expected a code for missing values");
    }
    at::Tensor result = at::empty({rows.length, count}, options);
    int64_t* to = result.data_ptr<int64_t>();
    overRowParts(rows.length, [&](int64_t begin, int64_t end) {
      for (int64_t g = 0; g < count; g++) {
        const int64_t last = codes[g].length - 1;
        for (int64_t i = begin; i < end; i++) {
          const int64_t value = columns[g][rows[i]];
          to[i * count + g] = codes[g][value < 0 || value > last ? last : value];
        }
      }
    });
    return handleOf(info.Env(), std::move(result));
  });
}

}  // namespace

void exportBatches(Napi::Env env, Napi::Object exports) {
  exports.Set("imageRows", Napi::Function::New(env, imageRows));
  exports.Set("vectorRows", Napi::Function::New(env, vectorRows));
  exports.Set("gatherRows", Napi::Function::New(env, gatherRows));
  exports.Set("numberRows", Napi::Function::New(env, numberRows));
  exports.Set("codeRows", Napi::Function::New(env, codeRows));
}

}  // namespace leeway
