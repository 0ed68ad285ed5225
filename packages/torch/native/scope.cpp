// The tensors owned by the innermost scope, and the books of what living tensors cost.
#include "addon.hpp"
#include "errors.hpp"

#include <cstdlib>
#include <utility>

namespace leeway {

void MemoryBooks::add(TensorBox& box) {
  tensors_++;
  // A meta tensor has the size of any, and no bytes: V8 ends the process when told of more than a machine can have.
  if (!box.tensor.has_storage() || box.tensor.is_meta()) return;
  const c10::StorageImpl* storage = box.tensor.unsafeGetTensorImpl()->unsafe_storage().unsafeGetStorageImpl();
  box.storage = storage;
  const Entry fresh{static_cast<int64_t>(storage->nbytes()), 0, !box.tensor.is_cpu()};
  Entry& entry = storages_.try_emplace(storage, fresh).first->second;
  if (entry.holders++ == 0) sumOf(entry) += entry.bytes;
}

void MemoryBooks::remove(TensorBox& box) {
  if (box.tensor.defined()) tensors_--;
  if (box.storage == nullptr) return;
  auto found = storages_.find(box.storage);
  box.storage = nullptr;
  if (found == storages_.end() || --found->second.holders > 0) return;
  sumOf(found->second) -= found->second.bytes;
  storages_.erase(found);
}

void MemoryBooks::renew(TensorBox& box) {
  if (!box.tensor.defined()) return;
  remove(box);
  add(box);
}

void MemoryBooks::report(Napi::Env env, int64_t least) {
  int64_t adjusted = 0;
  if (std::abs(bytes_ - reported_) < least) return;
  if (napi_adjust_external_memory(env, bytes_ - reported_, &adjusted) == napi_ok) reported_ = bytes_;
}

namespace {

Napi::Value enterScope(const Napi::CallbackInfo& info) {
  Addon& addon = Addon::of(info.Env());
  addon.scopes.emplace_back();
  addon.scopes.back().reserve(1024);
  return Napi::Number::New(info.Env(), static_cast<double>(addon.scopes.size()));
}

// exitScope(kept: handles) -> those of them that no scope owns any more. Frees what the innermost scope made; `kept`
// moves to the scope outside.
Napi::Value exitScope(const Napi::CallbackInfo& info) {
  Addon& addon = Addon::of(info.Env());
  Napi::Array free = Napi::Array::New(info.Env());
  if (addon.scopes.empty()) return free;
  Napi::Array kept = info[0].As<Napi::Array>();  // made by scope.ts: reading it runs no JavaScript
  int outer = static_cast<int>(addon.scopes.size()) - 2;
  for (uint32_t i = 0; i < kept.Length(); i++) {
    TensorBox* box = boxOf(info.Env(), kept.Get(i));
    if (box == nullptr || box->frame != outer + 1) continue;
    addon.scopes.back()[box->slot] = nullptr;
    box->frame = outer;
    if (outer < 0) free.Set(free.Length(), kept.Get(i));
    if (outer < 0) continue;
    box->slot = addon.scopes[outer].size();
    addon.scopes[outer].push_back(box);
  }
  std::vector<TensorBox*> made = std::move(addon.scopes.back());
  addon.scopes.pop_back();
  for (TensorBox* box : made) {
    if (box == nullptr) continue;
    box->frame = -1;
    freeBox(addon, *box);
  }
  addon.reportMemory(info.Env(), 1);  // any change: what outlives the outermost scope
  return free;
}

// keep(tensor) -> whether a scope owned it, which it does no more: dispose or the garbage collector frees it
Napi::Value keep(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "keep", [&]() -> Napi::Value {
    tensorOf(info[0], "a Tensor");
    TensorBox* box = boxOf(info.Env(), info[0]);
    const bool owned = box->frame >= 0;
    if (owned) {
      Addon::of(info.Env()).scopes[box->frame][box->slot] = nullptr;
      box->frame = -1;
    }
    return Napi::Boolean::New(info.Env(), owned);
  });
}

// memory() -> { tensors, bytes, gpuBytes } behind living JavaScript tensors
Napi::Value memory(const Napi::CallbackInfo& info) {
  const MemoryBooks& books = Addon::of(info.Env()).books;
  Napi::Object figures = Napi::Object::New(info.Env());
  figures.Set("tensors", Napi::Number::New(info.Env(), static_cast<double>(books.tensors())));
  figures.Set("bytes", Napi::Number::New(info.Env(), static_cast<double>(books.bytes())));
  figures.Set("gpuBytes", Napi::Number::New(info.Env(), static_cast<double>(books.gpuBytes())));
  return figures;
}

}  // namespace

void exportScope(Napi::Env env, Napi::Object exports) {
  exports.Set("enterScope", Napi::Function::New(env, enterScope));
  exports.Set("exitScope", Napi::Function::New(env, exitScope));
  exports.Set("keep", Napi::Function::New(env, keep));
  exports.Set("memory", Napi::Function::New(env, memory));
}

}  // namespace leeway
