// The wrapped at::Tensor: shape, dtype, device, bytes in and out, dispose.
#include "addon.hpp"
#include "errors.hpp"
#include "values.hpp"

#include <cstring>

namespace leeway {

// Marks our objects, so that another addon's wrapped object is never taken for a tensor.
static const napi_type_tag kTensorTag = {0x6c65657761792d74, 0x9d3f1c07a5b24e61};

static void releaseTensor(Addon& addon, TensorBox& box) {
  if (box.frame >= 0) {
    addon.scopes[box.frame][box.slot] = nullptr;
    box.frame = -1;
  }
  addon.books.remove(box);
  box.tensor.reset();
}

// When an environment ends, Node runs finalizers newest first: the Addon, older than any tensor, is still there.
static void finalize(napi_env rawEnv, void* data, void*) {
  TensorBox* box = static_cast<TensorBox*>(data);
  Napi::Env env(rawEnv);
  if (Addon* addon = env.GetInstanceData<Addon>()) {
    releaseTensor(*addon, *box);
    addon->books.reportIfLarge(env);
  }
  napi_delete_reference(env, box->wrapper);
  delete box;
}

static void check(napi_env env, napi_status status) {
  if (status != napi_ok) throw Napi::Error::New(env);
}

Napi::Value wrapTensor(Napi::Env env, at::Tensor tensor) {
  Addon& addon = Addon::of(env);
  Napi::Object object = addon.tensorClass.New({});
  check(env, napi_type_tag_object(env, object, &kTensorTag));
  auto* box = new TensorBox{std::move(tensor)};
  napi_status status = napi_wrap(env, object, box, finalize, nullptr, &box->wrapper);
  if (status != napi_ok) delete box;
  check(env, status);
  addon.books.add(*box);
  if (addon.scopes.empty()) {
    addon.books.reportIfLarge(env);
  } else {
    box->frame = static_cast<int>(addon.scopes.size()) - 1;
    box->slot = addon.scopes.back().size();
    addon.scopes.back().push_back(box);
  }
  return object;
}

TensorBox* boxOf(Napi::Value value) {
  if (!value.IsObject()) return nullptr;
  bool ours = false;
  if (napi_check_object_type_tag(value.Env(), value, &kTensorTag, &ours) != napi_ok || !ours) return nullptr;
  static TensorBox disposed;  // ours, but without a box: freed before
  void* data = nullptr;
  if (napi_unwrap(value.Env(), value, &data) != napi_ok) return &disposed;
  return static_cast<TensorBox*>(data);
}

at::Tensor tensorOf(Napi::Value value, const char* what) {
  TensorBox* box = boxOf(value);
  if (box == nullptr) {
    throw BadArgument(std::string("expected ") + what + ", got " + wordFor(value));
  }
  if (!box->tensor.defined()) {
    throw BadArgument(
        "the tensor was disposed, or its scope has ended. Return it from the scope, or keep(tensor), to use it later");
  }
  return box->tensor;
}

// Node runs finalizers only when its event loop turns. Until then, in a long loop without an await, the boxes
// of tensors long freed would lie scattered over the heap and keep the large blocks between them apart.
void freeBox(Napi::Env env, TensorBox* box) {
  releaseTensor(Addon::of(env), *box);
  Napi::HandleScope handles(env);
  napi_value object = nullptr;
  if (napi_get_reference_value(env, box->wrapper, &object) != napi_ok || object == nullptr) return;
  void* data = nullptr;
  if (napi_remove_wrap(env, object, &data) != napi_ok) return;
  napi_delete_reference(env, box->wrapper);
  delete box;
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

// fromTypedArray(data, shape) -> a new CPU tensor with a copy of the data
Napi::Value fromTypedArray(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "tensor", [&]() -> Napi::Value {
    std::vector<int64_t> shape = shapeOf(info[1]);  // first: a getter in it may run JavaScript
    Elements given = elementsIn(info[0]);
    int64_t elements = elementsOf(shape);
    if (elements != static_cast<int64_t>(given.length)) {
      throw BadArgument("expected " + std::to_string(elements) + " values for this shape, got " +
                        std::to_string(given.length));
    }
    at::Tensor tensor = at::empty(shape, at::TensorOptions(elementType(given.type)));
    if (elements > 0) std::memcpy(tensor.data_ptr(), given.data, tensor.nbytes());
    return wrapTensor(info.Env(), std::move(tensor));
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

// describe(tensor) -> { shape, dtype, device, requiresGrad, channelsLast }
Napi::Value describe(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  return guarded(env, "Tensor", [&]() -> Napi::Value {
    at::Tensor tensor = tensorOf(info[0], "a Tensor");
    Napi::Array shape = Napi::Array::New(env, tensor.dim());
    for (int64_t i = 0; i < tensor.dim(); i++) {
      shape.Set(static_cast<uint32_t>(i), Napi::Number::New(env, static_cast<double>(tensor.size(i))));
    }
    Napi::Object facts = Napi::Object::New(env);
    facts.Set("shape", shape);
    facts.Set("dtype", nameOf(tensor.scalar_type()));
    facts.Set("device", tensor.device().str());
    facts.Set("requiresGrad", tensor.requires_grad());
    facts.Set("channelsLast", tensor.dim() == 4 && tensor.is_contiguous(at::MemoryFormat::ChannelsLast));
    return facts;
  });
}

void dispose(const Napi::CallbackInfo& info) {
  TensorBox* box = boxOf(info[0]);
  if (box == nullptr || !box->tensor.defined()) return;
  Addon& addon = Addon::of(info.Env());
  freeBox(info.Env(), box);
  addon.books.reportIfLarge(info.Env());
}

Napi::Value isDisposed(const Napi::CallbackInfo& info) {
  TensorBox* box = boxOf(info[0]);
  return Napi::Boolean::New(info.Env(), box == nullptr || !box->tensor.defined());
}

Napi::Value isTensor(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), boxOf(info[0]) != nullptr);
}

// isLike(tensor, other) -> whether they have the same dtype and device; cheap, for an optimiser asks at every step
Napi::Value isLike(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "isLike", [&]() -> Napi::Value {
    const at::Tensor tensor = tensorOf(info[0], "a Tensor"), other = tensorOf(info[1], "a Tensor");
    const bool same = tensor.scalar_type() == other.scalar_type() && tensor.device() == other.device();
    return Napi::Boolean::New(info.Env(), same);
  });
}

}  // namespace

void exportTensor(Napi::Env env, Napi::Object exports) {
  exports.Set("fromTypedArray", Napi::Function::New(env, fromTypedArray));
  exports.Set("toTypedArray", Napi::Function::New(env, toTypedArray));
  exports.Set("item", Napi::Function::New(env, item));
  exports.Set("describe", Napi::Function::New(env, describe));
  exports.Set("dispose", Napi::Function::New(env, dispose));
  exports.Set("isDisposed", Napi::Function::New(env, isDisposed));
  exports.Set("isTensor", Napi::Function::New(env, isTensor));
  exports.Set("isLike", Napi::Function::New(env, isLike));
}

}  // namespace leeway
