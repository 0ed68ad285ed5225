// What one JavaScript environment (the main thread, a worker) owns: its classes, its scopes, its books.
#pragma once

#include <napi.h>

#include <ATen/ATen.h>
#include <ATen/core/ivalue.h>

#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

namespace leeway {

// The C++ half of a JavaScript Tensor, which knows it by its handle. It dies by dispose, at the end of the scope it was
// made in, or after its JavaScript half has.
struct TensorBox {
  at::Tensor tensor;
  const void* storage = nullptr;  // what the books hold for it
  int frame = -1;                 // the scope that owns it, -1 for none
  size_t slot = 0;                // its place in that scope
  uint32_t place = 0;             // in the table
  uint32_t uses = 0;              // of that place, this one included
};

// The living tensors of JavaScript by their handles: whole numbers above 0, of a place in the table and how often it was
// used, so that a handle is never that of two tensors.
class TensorTable {
 public:
  TensorBox& add(at::Tensor tensor);
  void remove(TensorBox& box);
  TensorBox* find(double handle);  // nullptr where its tensor has died, or there never was one
  static double handleOf(const TensorBox& box);

 private:
  std::deque<TensorBox> boxes_;  // stay where they are while others are added
  std::vector<uint32_t> free_;
};

// Bytes behind living JavaScript tensors, each storage counted once however many views share it; those on a GPU apart.
class MemoryBooks {
 public:
  void add(TensorBox& box);
  void remove(TensorBox& box);
  // After an operator wrote into the tensor, which may have another storage now.
  void renew(TensorBox& box);
  // Tells V8 what changed, so that it knows what a wrapper it keeps really costs. Only of this process's memory: for a
  // GPU's it would collect in vain, and end the process where it is told of more than a machine can have. A change of
  // fewer bytes than `least` is left for later.
  void report(Napi::Env env, int64_t least);
  int64_t bytes() const { return bytes_; }
  int64_t gpuBytes() const { return gpuBytes_; }
  int64_t tensors() const { return tensors_; }

 private:
  struct Entry {
    int64_t bytes;
    int64_t holders;
    bool onGpu;
  };
  std::unordered_map<const void*, Entry> storages_;
  int64_t& sumOf(const Entry& entry) { return entry.onGpu ? gpuBytes_ : bytes_; }
  int64_t bytes_ = 0;
  int64_t gpuBytes_ = 0;
  int64_t reported_ = 0;
  int64_t tensors_ = 0;
};

struct Operator;  // dispatch.cpp

struct Addon {
  Napi::FunctionReference errorClass;
  TensorTable tensors;
  std::vector<std::vector<TensorBox*>> scopes;
  std::vector<const Operator*> operators;  // dispatch.cpp's, by id
  std::vector<c10::IValue> stack;      // dispatch.cpp's
  MemoryBooks books;

  // The change in bytes that is worth telling V8 of at any time: it may answer with a collection.
  static constexpr int64_t kLargeChange = 1 << 20;
  // Tells V8 of memory, unless a scope is open: what dies with one needs no collector, and a step's activations would
  // have V8 collect in every step.
  void reportMemory(Napi::Env env, int64_t least = kLargeChange) {
    if (scopes.empty()) books.report(env, least);
  }

  static Addon& of(Napi::Env env) { return *env.GetInstanceData<Addon>(); }
};

// tensor.cpp
Napi::Value handleOf(Napi::Env env, at::Tensor tensor);   // of a new box, in the innermost scope
TensorBox* boxOf(Napi::Env env, napi_value handle);       // nullptr where that is no handle, or its tensor has died
const at::Tensor& tensorOf(Napi::Value handle, const char* what);  // throws BadArgument
void freeBox(Addon& addon, TensorBox& box);
// random.cpp
at::Generator* generatorOf(Napi::Value value);   // nullptr where the value is not a Generator

// Each file adds its functions to the addon's table.
void exportDispatch(Napi::Env env, Napi::Object exports);
void exportTensor(Napi::Env env, Napi::Object exports);
void exportScope(Napi::Env env, Napi::Object exports);
void exportAutograd(Napi::Env env, Napi::Object exports);
void exportRandom(Napi::Env env, Napi::Object exports);
void exportDevice(Napi::Env env, Napi::Object exports);
void exportGpu(Napi::Env env, Napi::Object exports);
void exportBatches(Napi::Env env, Napi::Object exports);
void exportDistributed(Napi::Env env, Napi::Object exports);
void exportMappedFile(Napi::Env env, Napi::Object exports);

}  // namespace leeway
