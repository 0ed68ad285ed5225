// Finds a schema, calls it boxed: the only road to an operator.
#include "addon.hpp"
#include "errors.hpp"
#include "values.hpp"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>

#include <deque>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace leeway {

struct Operator {
  std::string name;
  c10::OperatorHandle handle;
  std::vector<size_t> written;  // the arguments that are tensors it writes into
  std::vector<bool> tensors;    // which arguments may be a tensor
};

namespace {

std::vector<size_t> tensorsWritten(const c10::FunctionSchema& schema) {
  std::vector<size_t> written;
  for (size_t i = 0; i < schema.arguments().size(); i++) {
    const c10::Argument& argument = schema.arguments()[i];
    const bool tensor = argument.type()->kind() == c10::TypeKind::TensorType;
    if (tensor && argument.alias_info() && argument.alias_info()->isWrite()) written.push_back(i);
  }
  return written;
}

std::vector<bool> tensorArguments(const c10::FunctionSchema& schema) {
  std::vector<bool> tensors;
  for (const c10::Argument& argument : schema.arguments()) tensors.push_back(kindOf(*argument.type()) == Kind::tensor);
  return tensors;
}

// Shared by all environments, each of which remembers where those lie that it resolved; a deque keeps references valid while others are added.
std::mutex operatorsMutex;
std::deque<Operator> operators;
std::unordered_map<std::string, uint32_t> operatorIds;

const Operator& operatorAt(Addon& addon, uint32_t id) {
  if (id < addon.operators.size()) return *addon.operators[id];
  std::lock_guard<std::mutex> lock(operatorsMutex);
  if (id >= operators.size()) throw BadArgument("unknown operator id");
  while (addon.operators.size() < operators.size()) addon.operators.push_back(&operators[addon.operators.size()]);
  return operators[id];
}

// resolve("aten::add.Tensor") -> id
Napi::Value resolve(const Napi::CallbackInfo& info) {
  std::string name = info[0].ToString().Utf8Value();
  return guarded(info.Env(), name, [&]() -> Napi::Value {
    std::lock_guard<std::mutex> lock(operatorsMutex);
    auto known = operatorIds.find(name);
    if (known != operatorIds.end()) return Napi::Number::New(info.Env(), known->second);
    size_t dot = name.find('.');
    std::string base = name.substr(0, dot);
    std::string overload = dot == std::string::npos ? "" : name.substr(dot + 1);
    auto handle = c10::Dispatcher::singleton().findSchema({base, overload});
    if (!handle) throw BadArgument("libtorch has no such operator (name::operator.overload)");
    operators.push_back({name, *handle, tensorsWritten(handle->schema()), tensorArguments(handle->schema())});
    uint32_t id = static_cast<uint32_t>(operators.size() - 1);
    operatorIds.emplace(name, id);
    return Napi::Number::New(info.Env(), id);
  });
}

Napi::Value resultOf(Napi::Env env, torch::jit::Stack& stack) {
  if (stack.empty()) return env.Undefined();
  if (stack.size() == 1) return fromIValue(env, std::move(stack[0]));
  Napi::Array results = Napi::Array::New(env, stack.size());
  for (size_t i = 0; i < stack.size(); i++) {
    results.Set(static_cast<uint32_t>(i), fromIValue(env, std::move(stack[i])));
  }
  return results;
}

// call(id, ...arguments in the schema's order); those left out take the schema's defaults
Napi::Value call(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const Operator* op = nullptr;
  Addon& addon = Addon::of(env);
  op = &guarded(env, "call", [&]() -> const Operator& {
    uint32_t id = UINT32_MAX;
    napi_get_value_uint32(env, info[0], &id);
    return operatorAt(addon, id);
  });
  return guarded(env, op->name, [&]() -> Napi::Value {
    const c10::FunctionSchema& schema = op->handle.schema();
    const auto& wanted = schema.arguments();
    size_t given = info.Length() - 1;
    if (given > wanted.size()) {
      throw BadArgument("takes at most " + std::to_string(wanted.size()) + " arguments, got " + std::to_string(given));
    }
    // Used again by the next call; a call from a getter that an argument runs finds none and makes its own.
    torch::jit::Stack stack = std::move(addon.stack);
    stack.clear();
    for (size_t i = 0; i < wanted.size(); i++) {
      const TensorBox* box = i < given && op->tensors[i] ? boxOf(env, info[i + 1]) : nullptr;
      if (box != nullptr) {  // nearly always; all else goes by the type
        stack.emplace_back(box->tensor);
      } else if (i < given && !info[i + 1].IsUndefined()) {
        stack.push_back(toIValue(info[i + 1], wanted[i]));
      } else if (wanted[i].default_value()) {
        stack.push_back(*wanted[i].default_value());
      } else if (wanted[i].type()->kind() == c10::TypeKind::OptionalType) {
        stack.emplace_back();
      } else {
        throw BadArgument("argument " + wanted[i].name() + " is missing");
      }
    }
    op->handle.callBoxed(&stack);
    // A few (set_data, resize_) leave a tensor with another storage: the books hold the one it has now.
    for (size_t i : op->written) addon.books.renew(*boxOf(env, info[i + 1]));
    Napi::Value result = resultOf(env, stack);
    addon.stack = std::move(stack);
    return result;
  });
}

Napi::Array kindsOf(Napi::Env env, const std::vector<c10::Argument>& declared) {
  Napi::Array kinds = Napi::Array::New(env, declared.size());
  for (uint32_t i = 0; i < declared.size(); i++) {
    kinds.Set(i, Napi::Number::New(env, static_cast<uint32_t>(kindOf(*declared[i].type()))));
  }
  return kinds;
}

// signature(id) -> { names, arguments, results }: of the arguments their names, and of both their kinds
Napi::Value signature(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  return guarded(env, "signature", [&]() -> Napi::Value {
    const Operator& op = operatorAt(Addon::of(env), info[0].ToNumber().Uint32Value());
    const c10::FunctionSchema& schema = op.handle.schema();
    Napi::Array names = Napi::Array::New(env, schema.arguments().size());
    for (uint32_t i = 0; i < schema.arguments().size(); i++) names.Set(i, schema.arguments()[i].name());
    Napi::Object signature = Napi::Object::New(env);
    signature.Set("names", names);
    signature.Set("arguments", kindsOf(env, schema.arguments()));
    signature.Set("results", kindsOf(env, schema.returns()));
    return signature;
  });
}

// schema("aten::add.Tensor") -> the declaration, for checks and error messages
Napi::Value schema(const Napi::CallbackInfo& info) {
  std::string name = info[0].ToString().Utf8Value();
  return guarded(info.Env(), name, [&]() -> Napi::Value {
    const Operator& op = operatorAt(Addon::of(info.Env()), resolve(info).ToNumber().Uint32Value());
    return Napi::String::New(info.Env(), c10::toString(op.handle.schema()));
  });
}

// wordFor(value) -> what it is, for the messages of arguments that are refused before they come here
Napi::Value word(const Napi::CallbackInfo& info) { return Napi::String::New(info.Env(), wordFor(info[0])); }

}  // namespace

void exportDispatch(Napi::Env env, Napi::Object exports) {
  exports.Set("resolve", Napi::Function::New(env, resolve));
  exports.Set("signature", Napi::Function::New(env, signature));
  exports.Set("wordFor", Napi::Function::New(env, word));
  exports.Set("call", Napi::Function::New(env, call));
  exports.Set("schema", Napi::Function::New(env, schema));
}

}  // namespace leeway
