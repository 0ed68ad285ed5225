// The table of exported functions, and what each environment starts with.
#include "addon.hpp"
#include "errors.hpp"

#include <cstdlib>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace leeway {

// glibc gives large blocks back to the kernel as soon as they are freed, and a training step frees and
// asks for the same ones again: page faults then cost more than a quarter of a step. Keep them instead.
static void keepLargeBlocks() {
#ifdef __GLIBC__
  if (std::getenv("MALLOC_TRIM_THRESHOLD_") != nullptr) return;  // the user has tuned it
  mallopt(M_MMAP_THRESHOLD, 32 << 20);  // the largest glibc accepts
  mallopt(M_TRIM_THRESHOLD, INT32_MAX);
  mallopt(M_TOP_PAD, 64 << 20);
#endif
}

Napi::Error torchError(Napi::Env env, const std::string& message, const char* code, const std::string& where) {
  Addon& addon = Addon::of(env);
  if (addon.errorClass.IsEmpty()) return Napi::Error::New(env, where + ": " + message);
  Napi::Value error = addon.errorClass.New(
      {Napi::String::New(env, message), Napi::String::New(env, code), Napi::String::New(env, where)});
  return Napi::Error(env, error);
}

// register({ TorchError }): the class whose instances C++ makes.
static void registerClasses(const Napi::CallbackInfo& info) {
  Addon& addon = Addon::of(info.Env());
  Napi::Object classes = info[0].As<Napi::Object>();
  addon.errorClass = Napi::Persistent(classes.Get("TorchError").As<Napi::Function>());
}

static Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  keepLargeBlocks();
  env.SetInstanceData(new Addon());
  exports.Set("register", Napi::Function::New(env, registerClasses));
  exportDispatch(env, exports);
  exportTensor(env, exports);
  exportScope(env, exports);
  exportAutograd(env, exports);
  exportRandom(env, exports);
  exportDevice(env, exports);
  exportGpu(env, exports);
  exportBatches(env, exports);
  exportDistributed(env, exports);
  exportMappedFile(env, exports);
  return exports;
}

}  // namespace leeway

Napi::Object Initialise(Napi::Env env, Napi::Object exports) { return leeway::initialise(env, exports); }
NODE_API_MODULE(leeway_torch, Initialise)
