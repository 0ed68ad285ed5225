#include "values.hpp"

#include "addon.hpp"
#include "errors.hpp"

#include <cmath>
#include <utility>

namespace leeway {

static constexpr std::pair<const char*, at::ScalarType> kScalarTypes[] = {
    {"float32", at::kFloat}, {"float64", at::kDouble},     {"int64", at::kLong},   {"int32", at::kInt},
    {"uint8", at::kByte},    {"bool", at::kBool},          {"bfloat16", at::kBFloat16},
    {"int8", at::kChar},     {"int16", at::kShort},        {"float16", at::kHalf},
};

at::ScalarType scalarTypeOf(const std::string& name) {
  for (const auto& [known, type] : kScalarTypes) {
    if (name == known) return type;
  }
  throw BadArgument("expected a dtype such as float32, float64, int64, int32, uint8, bool, bfloat16, got \"" +
                    name + "\"");
}

const char* nameOf(at::ScalarType type) {
  for (const auto& [name, known] : kScalarTypes) {
    if (type == known) return name;
  }
  return c10::toString(type);
}

c10::Device deviceOf(const std::string& name) { return c10::Device(name); }

static c10::MemoryFormat memoryFormatOf(const std::string& name) {
  if (name == "contiguous") return c10::MemoryFormat::Contiguous;
  if (name == "channels_last") return c10::MemoryFormat::ChannelsLast;
  if (name == "preserve") return c10::MemoryFormat::Preserve;
  throw BadArgument("expected a memory format: contiguous, channels_last or preserve, got \"" + name + "\"");
}

std::string wordFor(Napi::Value value) {
  if (value.IsSymbol()) return "a symbol";
  if (value.IsArray()) return "an array";
  if (value.IsFunction()) return "a function";
  if (value.IsString()) return "\"" + value.As<Napi::String>().Utf8Value() + "\"";
  if (value.IsObject()) return "an object";
  return value.ToString().Utf8Value();
}

Kind kindOf(const c10::Type& type) {
  switch (type.kind()) {
    case c10::TypeKind::TensorType: return Kind::tensor;
    case c10::TypeKind::OptionalType: return kindOf(*type.expectRef<c10::OptionalType>().getElementType());
    case c10::TypeKind::ListType: {
      const c10::Type& element = *type.expectRef<c10::ListType>().getElementType();
      if (kindOf(element) != Kind::tensor) return Kind::other;
      return element.kind() == c10::TypeKind::TensorType ? Kind::tensors : Kind::optionalTensors;
    }
    default: return Kind::other;
  }
}

[[noreturn]] static void mismatch(const std::string& wanted, Napi::Value value) {
  throw BadArgument("expected " + wanted + ", got " + wordFor(value));
}

static int64_t integerOf(Napi::Value value) {
  if (value.IsNumber()) {
    double number = value.As<Napi::Number>().DoubleValue();
    if (std::trunc(number) == number && std::abs(number) <= 9007199254740991.0) {
      return static_cast<int64_t>(number);
    }
  }
  if (value.IsBigInt()) {
    bool lossless = false;
    int64_t number = value.As<Napi::BigInt>().Int64Value(&lossless);
    if (lossless) return number;
  }
  mismatch("a whole number", value);
}

// A JavaScript number says nothing of its kind: a whole one is an integer, as in Python's `x * 2`.
static c10::IValue scalarOf(Napi::Value value) {
  if (value.IsBoolean()) return value.As<Napi::Boolean>().Value();
  if (value.IsBigInt()) return integerOf(value);
  if (!value.IsNumber()) mismatch("a number", value);
  double number = value.As<Napi::Number>().DoubleValue();
  // -0 has no integer form.
  bool whole = std::trunc(number) == number && std::abs(number) <= 9007199254740991.0 && !(number == 0 && std::signbit(number));
  if (whole) return static_cast<int64_t>(number);
  return number;
}

static std::string stringOf(Napi::Value value, const char* wanted) {
  if (!value.IsString()) mismatch(wanted, value);
  return value.As<Napi::String>().Utf8Value();
}

// length: of a list of fixed length, such as int[2]; 0 of any other type.
static c10::IValue convert(Napi::Value value, const c10::TypePtr& type, int32_t length);

// Tensors come as a Float64Array of their handles, an absent one as 0.
static c10::IValue tensorsOf(Napi::Float64Array handles, const c10::TypePtr& element) {
  const Napi::Env env = handles.Env();
  c10::impl::GenericList list(element);
  const size_t count = handles.ElementLength();
  list.reserve(count);
  for (size_t i = 0; i < count; i++) {
    if (handles[i] == 0) {
      list.emplace_back();
    } else {
      list.push_back(tensorOf(Napi::Number::New(env, handles[i]), "a Tensor"));
    }
  }
  return list;
}

static bool isFloat64Array(Napi::Value value) {
  return value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_float64_array;
}

static c10::IValue listOf(Napi::Value value, const c10::TypePtr& element, int32_t length) {
  if (kindOf(*element) != Kind::other && isFloat64Array(value)) {
    return tensorsOf(value.As<Napi::Float64Array>(), element);
  }
  bool symbolic = element->kind() == c10::TypeKind::SymIntType;
  c10::impl::GenericList list(symbolic ? c10::TypePtr(c10::IntType::get()) : element);
  if (length > 0 && (value.IsNumber() || value.IsBoolean())) {  // one number for all of an int[2]
    for (int32_t i = 0; i < length; i++) list.push_back(convert(value, element, 0));
    return list;
  }
  if (!value.IsArray()) mismatch("an array", value);
  Napi::Array array = value.As<Napi::Array>();
  const uint32_t elements = array.Length();  // asked once: reading an element may run a getter that lengthens it
  list.reserve(elements);
  for (uint32_t i = 0; i < elements; i++) {
    try {
      list.push_back(convert(array.Get(i), element, 0));
    } catch (const BadArgument& error) {
      throw BadArgument(std::string(error.what()) + " at [" + std::to_string(i) + "]");
    }
  }
  return list;
}

static c10::IValue convert(Napi::Value value, const c10::TypePtr& type, int32_t length) {
  switch (type->kind()) {
    case c10::TypeKind::OptionalType:
      if (value.IsNull() || value.IsUndefined()) return c10::IValue();
      return convert(value, type->expectRef<c10::OptionalType>().getElementType(), length);
    case c10::TypeKind::TensorType:
      return tensorOf(value, "a Tensor");
    case c10::TypeKind::ListType:
      return listOf(value, type->expectRef<c10::ListType>().getElementType(), length);
    case c10::TypeKind::NumberType:
      return scalarOf(value);
    case c10::TypeKind::FloatType:
      if (!value.IsNumber()) mismatch("a number", value);
      return value.As<Napi::Number>().DoubleValue();
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType:
      return integerOf(value);
    case c10::TypeKind::BoolType:
      if (!value.IsBoolean()) mismatch("true or false", value);
      return value.As<Napi::Boolean>().Value();
    case c10::TypeKind::StringType:
      return stringOf(value, "a string");
    case c10::TypeKind::ScalarTypeType:
      return static_cast<int64_t>(scalarTypeOf(stringOf(value, "a dtype's name")));
    case c10::TypeKind::MemoryFormatType:
      return static_cast<int64_t>(memoryFormatOf(stringOf(value, "a memory format's name")));
    case c10::TypeKind::LayoutType:
      return static_cast<int64_t>(integerOf(value));
    case c10::TypeKind::DeviceObjType:
      return deviceOf(stringOf(value, "a device's name"));
    case c10::TypeKind::GeneratorType: {
      at::Generator* generator = generatorOf(value);
      if (generator == nullptr) mismatch("a Generator", value);
      return *generator;
    }
    default:
      throw BadArgument("arguments of type " + type->str() + " cannot be passed from JavaScript");
  }
}

c10::IValue toIValue(Napi::Value value, const c10::Argument& argument) {
  try {
    return convert(value, argument.real_type(), argument.N() ? *argument.N() : 0);
  } catch (const BadArgument& error) {
    throw BadArgument("argument " + argument.name() + ": " + error.what());
  } catch (const c10::Error& error) {
    throw BadArgument("argument " + argument.name() + ": " + error.what_without_backtrace());
  }
}

static Napi::Array arrayOf(Napi::Env env, size_t length) { return Napi::Array::New(env, length); }

Napi::Value fromIValue(Napi::Env env, c10::IValue value) {
  if (value.isTensor()) {
    at::Tensor tensor = std::move(value).toTensor();
    return tensor.defined() ? handleOf(env, std::move(tensor)) : env.Null();
  }
  if (value.isInt()) return Napi::Number::New(env, static_cast<double>(value.toInt()));
  if (value.isDouble()) return Napi::Number::New(env, value.toDouble());
  if (value.isBool()) return Napi::Boolean::New(env, value.toBool());
  if (value.isString()) return Napi::String::New(env, value.toStringRef());
  if (value.isNone()) return env.Null();
  if (value.isList()) {
    c10::List<c10::IValue> list = value.toList();
    Napi::Array array = arrayOf(env, list.size());
    for (size_t i = 0; i < list.size(); i++) array.Set(static_cast<uint32_t>(i), fromIValue(env, list.get(i)));
    return array;
  }
  if (value.isTuple()) {
    const auto tuple = value.toTuple();
    const auto& elements = tuple->elements();
    Napi::Array array = arrayOf(env, elements.size());
    for (size_t i = 0; i < elements.size(); i++) {
      array.Set(static_cast<uint32_t>(i), fromIValue(env, elements[i]));
    }
    return array;
  }
  throw BadArgument("a result of type " + value.tagKind() + " cannot be returned to JavaScript");
}

}  // namespace leeway
