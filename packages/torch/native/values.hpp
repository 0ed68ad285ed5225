// JavaScript value <-> IValue, one case per schema type.
#pragma once

#include <napi.h>

#include <ATen/core/function_schema.h>
#include <ATen/core/ivalue.h>

namespace leeway {

// The IValue an argument of this schema wants; throws BadArgument that names the argument.
c10::IValue toIValue(Napi::Value value, const c10::Argument& argument);

// Where op.ts puts handles for tensors, and tensors for handles.
enum class Kind : uint32_t { other, tensor, tensors, optionalTensors };
Kind kindOf(const c10::Type& type);

// Tensors become handles, an undefined tensor null, lists and tuples arrays.
Napi::Value fromIValue(Napi::Env env, c10::IValue value);

// What a value is, for an error message; runs no JavaScript.
std::string wordFor(Napi::Value value);

at::ScalarType scalarTypeOf(const std::string& name);
const char* nameOf(at::ScalarType type);
c10::Device deviceOf(const std::string& name);

}  // namespace leeway
