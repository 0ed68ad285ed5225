// The tensors of JavaScript: their handles, shape, dtype, device, bytes in and out, dispose.
#include "addon.hpp"
#include "errors.hpp"
#include "values.hpp"

#include <cstring>
#include <new>

namespace leeway {

// A handle is uses · 2^24 + place, and exact as a double.
static constexpr uint32_t kPlaces = 1u << 24, kUses = 1u << 29;

TensorBox& TensorTable::add(at::Tensor tensor) {
  if (free_.empty()) {
    if (boxes_.size() == kPlaces) throw std::bad_alloc();
    boxes_.emplace_back();
    boxes_.back().place = static_cast<uint32_t>(boxes_.size() - 1);
    free_.push_back(boxes_.back().place);
  }
  TensorBox& box = boxes_[free_.back()];
  free_.pop_back();
  box.tensor = std::move(tensor);
  box.uses++;
  return box;
}

void TensorTable::remove(TensorBox& box) {
  box.tensor.reset();
  if (box.uses + 1 < kUses) free_.push_back(box.place);  // else its handles are used up
}

TensorBox* TensorTable::find(double handle) {
  if (!(handle >= kPlaces && handle < static_cast<double>(kPlaces) * kUses)) return nullptr;
  const uint64_t bits = static_cast<uint64_t>(handle);
  const uint64_t place = bits % kPlaces;
  if (place >= boxes_.size()) return nullptr;
  TensorBox& box = boxes_[place];
  return box.tensor.defined() && box.uses == bits / kPlaces ? &box : nullptr;
}

double TensorTable::handleOf(const TensorBox& box) {
  return static_cast<double>(box.uses) * kPlaces + box.place;
}

static void check(napi_env env, napi_status status) {
  if (status != napi_ok) throw Napi::Error::New(env);
}

Napi::Value handleOf(Napi::Env env, at::Tensor tensor) {
  Addon& addon = Addon::of(env);
  TensorBox& box = addon.tensors.add(std::move(tensor));
  addon.books.add(box);
  if (!addon.scopes.empty()) {
    box.frame = static_cast<int>(addon.scopes.size()) - 1;
    box.slot = addon.scopes.back().size();
    addon.scopes.back().push_back(&box);
  }
  addon.reportMemory(env);
  return Napi::Number::New(env, TensorTable::handleOf(box));
}

TensorBox* boxOf(Napi::Env env, napi_value handle) {
  double number = 0;
  if (napi_get_value_double(env, handle, &number) != napi_ok) return nullptr;
  return Addon::of(env).tensors.find(number);
}

const at::Tensor& tensorOf(Napi::Value handle, const char* what) {
  if (TensorBox* box = boxOf(handle.Env(), handle)) return box->tensor;
  if (!handle.IsNumber()) throw BadArgument(std::string("expected ") + what + ", got " + wordFor(handle));
  throw BadArgument(
      "the tensor was disposed, or its scope has ended. Return it from the scope, or keep(tensor), to use it later");
}

void freeBox(Addon& addon, TensorBox& box) {
  if (box.frame >= 0) {
    addon.scopes[box.frame][box.slot] = nullptr;
    box.frame = -1;
  }
  addon.books.remove(box);
  addon.tensors.remove(box);
}

namespace {

at::ScalarType elementType(napi_typedarray_type type) {
  switch (type) {
    case napi_float32_array: return at::kFloat;
    case napi_float64_array: return at::kDouble;
    case napi_bigint64_array: return at::kLong;
    case napi_int32_array: return at::kInt;
    case napi_uint8_array:
    case napi_uint8_clamped_array: return at::kByte;
    case napi_int8_array: return at::kChar;
    case napi_int16_array: return at::kShort;
    default: throw BadArgument("expected a Float32Array, Float64Array, BigInt64Array, Int32Array or Uint8Array");
  }
}

// What a typed array is now; JavaScript that runs later may take its memory away.
struct Elements {
  napi_typedarray_type type;
  size_t length;
  void* data;
};

Elements elementsIn(Napi::Value value) {
  if (!value.IsTypedArray()) throw BadArgument("expected a typed array");
  Elements elements;
  check(value.Env(), napi_get_typedarray_info(value.Env(), value, &elements.type, &elements.length, &elements.data,
                                              nullptr, nullptr));
  return elements;
}

std::vector<int64_t> shapeOf(Napi::Value value) {
  if (!value.IsArray()) throw BadArgument("expected a shape, an array of whole numbers");
  Napi::Array array = value.As<Napi::Array>();
  const uint32_t length = array.Length();  // asked once: reading an element may run a getter that lengthens it
  std::vector<int64_t> shape(length);
  for (uint32_t i = 0; i < length; i++) {
    Napi::Value size = array.Get(i);
    double number = size.IsNumber() ? size.As<Napi::Number>().DoubleValue() : -1;
    if (!(number >= 0) || number != std::trunc(number) || number > 9007199254740991.0) {
      throw BadArgument("expected shape[" + std::to_string(i) + "] to be a whole number of at least 0, got " +
                        wordFor(size));
    }
    shape[i] = static_cast<int64_t>(number);
  }
  return shape;
}

// The number of elements, refusing what would overflow.
int64_t elementsOf(const std::vector<int64_t>& shape) {
  int64_t elements = 1;
  for (int64_t size : shape) {
    if (__builtin_mul_overflow(elements, size, &elements)) throw BadArgument("the shape has too many elements");
  }
  return elements;
}

// fromTypedArray(data, shape, pinned) -> a new CPU tensor with a copy of the data; pinned, a GPU reads it by itself
Napi::Value fromTypedArray(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "tensor", [&]() -> Napi::Value {
    std::vector<int64_t> shape = shapeOf(info[1]);  // first: a getter in it may run JavaScript
    Elements given = elementsIn(info[0]);
    int64_t elements = elementsOf(shape);
    if (elements != static_cast<int64_t>(given.length)) {
      throw BadArgument("expected " + std::to_string(elements) + " values for this shape, got " +
                        std::to_string(given.length));
    }
    const bool pinned = info[2].ToBoolean().Value();
    at::Tensor tensor = at::empty(shape, at::TensorOptions(elementType(given.type)).pinned_memory(pinned));
    if (elements > 0) std::memcpy(tensor.data_ptr(), given.data, tensor.nbytes());
    return handleOf(info.Env(), std::move(tensor));
  });
}

const char* arrayFor(at::ScalarType type) {
  switch (type) {
    case at::kBFloat16:
    case at::kHalf:
    case at::kFloat: return "Float32Array";
    case at::kDouble: return "Float64Array";
    case at::kLong: return "BigInt64Array";
    case at::kInt: return "Int32Array";
    case at::kByte:
    case at::kBool: return "Uint8Array";
    case at::kChar: return "Int8Array";
    case at::kShort: return "Int16Array";
    default: throw BadArgument("a tensor of this dtype has no typed array");
  }
}

// Made by JavaScript's own constructor: where it throws for a size, Node-API's would end the process.
Napi::Value newArray(Napi::Env env, const char* kind, int64_t length) {
  try {
    return env.Global().Get(kind).As<Napi::Function>().New({Napi::Number::New(env, static_cast<double>(length))});
  } catch (const Napi::Error& error) {
    throw BadArgument(std::string(kind) + " of " + std::to_string(length) + " values: " + error.Message());
  }
}

// toTypedArray(tensor) -> a copy; bool as Uint8Array, bfloat16 and float16 as Float32Array
Napi::Value toTypedArray(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  return guarded(env, "Tensor.data", [&]() -> Napi::Value {
    at::NoGradGuard noGrad;
    at::Tensor tensor = tensorOf(info[0], "a Tensor").detach();
    Napi::Value array = newArray(env, arrayFor(tensor.scalar_type()), tensor.numel());
    if (tensor.scalar_type() == at::kBFloat16 || tensor.scalar_type() == at::kHalf) tensor = tensor.to(at::kFloat);
    tensor = tensor.cpu().contiguous();
    Elements into = elementsIn(array);
    if (tensor.numel() > 0 && static_cast<int64_t>(into.length) == tensor.numel()) {
      std::memcpy(into.data, tensor.data_ptr(), tensor.nbytes());
    }
    return array;
  });
}

// item(tensor) -> the only value of a one-element tensor
Napi::Value item(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  return guarded(env, "Tensor.item", [&]() -> Napi::Value {
    at::Tensor tensor = tensorOf(info[0], "a Tensor");
    if (tensor.numel() != 1) {
      throw BadArgument("expected a tensor of one element, got " + std::to_string(tensor.numel()));
    }
    at::Scalar scalar = tensor.item();
    if (scalar.isBoolean()) return Napi::Boolean::New(env, scalar.toBool());
    return Napi::Number::New(env, scalar.toDouble());
  });
}

// One fact of a tensor, as fact(tensor) gives it.
template <typename Fact>
Napi::Value factOf(const Napi::CallbackInfo& info, const Fact& fact) {
  return guarded(info.Env(), "Tensor", [&] { return Napi::Value(fact(tensorOf(info[0], "a Tensor"))); });
}

Napi::Value shape(const Napi::CallbackInfo& info) {
  return factOf(info, [&](const at::Tensor& tensor) {
    Napi::Array shape = Napi::Array::New(info.Env(), tensor.dim());
    for (int64_t i = 0; i < tensor.dim(); i++) {
      shape.Set(static_cast<uint32_t>(i), Napi::Number::New(info.Env(), static_cast<double>(tensor.size(i))));
    }
    return shape;
  });
}

Napi::Value dtype(const Napi::CallbackInfo& info) {
  return factOf(info, [&](const at::Tensor& tensor) {
    return Napi::String::New(info.Env(), nameOf(tensor.scalar_type()));
  });
}

Napi::Value device(const Napi::CallbackInfo& info) {
  return factOf(info, [&](const at::Tensor& tensor) { return Napi::String::New(info.Env(), tensor.device().str()); });
}

Napi::Value requiresGrad(const Napi::CallbackInfo& info) {
  return factOf(info, [&](const at::Tensor& tensor) {
    return Napi::Boolean::New(info.Env(), tensor.requires_grad());
  });
}

Napi::Value channelsLast(const Napi::CallbackInfo& info) {
  return factOf(info, [&](const at::Tensor& tensor) {
    return Napi::Boolean::New(info.Env(), tensor.dim() == 4 && tensor.is_contiguous(at::MemoryFormat::ChannelsLast));
  });
}

void dispose(const Napi::CallbackInfo& info) {
  TensorBox* box = boxOf(info.Env(), info[0]);
  if (box == nullptr) return;
  Addon& addon = Addon::of(info.Env());
  freeBox(addon, *box);
  addon.reportMemory(info.Env());
}

Napi::Value isDisposed(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), boxOf(info.Env(), info[0]) == nullptr);
}

// isLike(tensor, other) -> whether they have the same dtype and device; cheap, for an optimiser asks at every step
Napi::Value isLike(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "isLike", [&]() -> Napi::Value {
    const at::Tensor &tensor = tensorOf(info[0], "a Tensor"), &other = tensorOf(info[1], "a Tensor");
    const bool same = tensor.scalar_type() == other.scalar_type() && tensor.device() == other.device();
    return Napi::Boolean::New(info.Env(), same);
  });
}

}  // namespace

void exportTensor(Napi::Env env, Napi::Object exports) {
  exports.Set("fromTypedArray", Napi::Function::New(env, fromTypedArray));
  exports.Set("toTypedArray", Napi::Function::New(env, toTypedArray));
  exports.Set("item", Napi::Function::New(env, item));
  exports.Set("shape", Napi::Function::New(env, shape));
  exports.Set("dtype", Napi::Function::New(env, dtype));
  exports.Set("device", Napi::Function::New(env, device));
  exports.Set("requiresGrad", Napi::Function::New(env, requiresGrad));
  exports.Set("channelsLast", Napi::Function::New(env, channelsLast));
  exports.Set("dispose", Napi::Function::New(env, dispose));
  exports.Set("isDisposed", Napi::Function::New(env, isDisposed));
  exports.Set("isLike", Napi::Function::New(env, isLike));
}

}  // namespace leeway
