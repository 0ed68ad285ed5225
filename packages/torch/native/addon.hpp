// What one JavaScript environment (the main thread, a worker) owns: its classes, its scopes, its books.
#pragma once

#include <napi.h>

#include <ATen/ATen.h>

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace leeway {

// The C++ half of a JavaScript Tensor. It dies with its JavaScript half, or earlier, by dispose or at the end
// of the scope it was made in.
struct TensorBox {
  at::Tensor tensor;
  napi_ref wrapper = nullptr;     // weak, to the JavaScript half
  const void* storage = nullptr;  // what the books hold for it
  int frame = -1;                 // the scope that owns it, -1 for none
  size_t slot = 0;                // its place in that scope
};

// Bytes behind living JavaScript tensors, each storage counted once however many views share it.
class MemoryBooks {
 public:
  void add(TensorBox& box);
  void remove(TensorBox& box);
  // After an operator wrote into the tensor, which may have another storage now.
  void renew(TensorBox& box);
  // Tells V8 what changed, so that it knows what a wrapper it keeps really costs.
  void report(Napi::Env env);
  // The same, but only for a change worth telling: V8 may answer a report with a collection.
  void reportIfLarge(Napi::Env env);
  int64_t bytes() const { return bytes_; }
  int64_t tensors() const { return tensors_; }

 private:
  struct Entry {
    int64_t bytes;
    int64_t holders;
  };
  std::unordered_map<const void*, Entry> storages_;
  int64_t bytes_ = 0;
  int64_t reported_ = 0;
  int64_t tensors_ = 0;
};

struct Addon {
  Napi::FunctionReference tensorClass;
  Napi::FunctionReference errorClass;
  std::vector<std::vector<TensorBox*>> scopes;
  MemoryBooks books;

  static Addon& of(Napi::Env env) { return *env.GetInstanceData<Addon>(); }
};

// tensor.cpp
Napi::Value wrapTensor(Napi::Env env, at::Tensor tensor);
TensorBox* boxOf(Napi::Value value);             // nullptr where the value is not a Tensor; empty where disposed
at::Tensor tensorOf(Napi::Value value, const char* what);   // throws BadArgument
void freeBox(Napi::Env env, TensorBox* box);     // the tensor, and its box where no finalizer is to come
// random.cpp
at::Generator* generatorOf(Napi::Value value);   // nullptr where the value is not a Generator

// Each file adds its functions to the addon's table.
void exportDispatch(Napi::Env env, Napi::Object exports);
void exportTensor(Napi::Env env, Napi::Object exports);
void exportScope(Napi::Env env, Napi::Object exports);
void exportAutograd(Napi::Env env, Napi::Object exports);
void exportRandom(Napi::Env env, Napi::Object exports);
void exportDevice(Napi::Env env, Napi::Object exports);

}  // namespace leeway
