// Backward, gradients, gradient mode and autocast.
#include "addon.hpp"
#include "errors.hpp"
#include "values.hpp"

#include <ATen/autocast_mode.h>
#include <c10/core/GradMode.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <torch/csrc/api/include/torch/version.h>

namespace leeway {

namespace {

// backward(tensor, gradient | null, retainGraph)
void backward(const Napi::CallbackInfo& info) {
  guarded(info.Env(), "backward", [&] {
    at::Tensor root = tensorOf(info[0], "a Tensor");
    at::Tensor gradient;
    if (!info[1].IsNull() && !info[1].IsUndefined()) gradient = tensorOf(info[1], "gradient to be a Tensor");
    root.backward(gradient, info[2].ToBoolean().Value());
  });
}

Napi::Value grad(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  return guarded(env, "Tensor.grad", [&]() -> Napi::Value {
    at::Tensor tensor = tensorOf(info[0], "a Tensor");
    // Only leaves collect a gradient; of others libtorch says so on stderr when asked.
    if (!tensor.is_leaf()) return env.Null();
    at::Tensor gradient = tensor.grad();
    return gradient.defined() ? handleOf(env, gradient) : env.Null();
  });
}

// clearGrad(tensor): as if no backward had reached it
void clearGrad(const Napi::CallbackInfo& info) {
  guarded(info.Env(), "Tensor.clearGrad", [&] { tensorOf(info[0], "a Tensor").mutable_grad().reset(); });
}

void setRequiresGrad(const Napi::CallbackInfo& info) {
  guarded(info.Env(), "Tensor.requiresGrad",
          [&] { tensorOf(info[0], "a Tensor").requires_grad_(info[1].ToBoolean().Value()); });
}

c10::DispatchKey autocastKey(const std::string& device) {
  if (device.rfind("cuda", 0) == 0) return c10::DispatchKey::AutocastCUDA;
  if (device.rfind("cpu", 0) == 0) return c10::DispatchKey::AutocastCPU;
  throw BadArgument("expected a device with autocast: cpu or cuda, got \"" + device + "\"");
}

bool autocasts(c10::DispatchKey key) { return !c10::impl::tls_is_dispatch_key_excluded(key); }

// setGradEnabled(on) -> what it was
Napi::Value setGradEnabled(const Napi::CallbackInfo& info) {
  bool before = c10::GradMode::is_enabled();
  bool on = info[0].ToBoolean().Value();
  c10::GradMode::set_enabled(on);
  // A weight's cast made without recording would be used again with it, and the weight get no gradient.
  bool casting = autocasts(c10::DispatchKey::AutocastCPU) || autocasts(c10::DispatchKey::AutocastCUDA);
  if (before != on && casting) at::autocast::clear_cache();
  return Napi::Boolean::New(info.Env(), before);
}

// The one name in libtorch that changed: its own default is float16 on CUDA, which needs a scaled loss.
void castToBFloat16(c10::DispatchKey key) {
  bool cuda = key == c10::DispatchKey::AutocastCUDA;
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
  at::autocast::set_autocast_dtype(cuda ? at::kCUDA : at::kCPU, at::kBFloat16);
#else
  if (cuda) at::autocast::set_autocast_gpu_dtype(at::kBFloat16);
  if (!cuda) at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
#endif
}

// setAutocast(on, device) -> what it was. The dispatch key is the whole switch: the functions around it
// have other names in libtorch 1.13 and 2.x, the key has not.
Napi::Value setAutocast(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "autocast", [&]() -> Napi::Value {
    c10::DispatchKey key = autocastKey(info[1].ToString().Utf8Value());
    bool before = autocasts(key);
    bool enabled = info[0].ToBoolean().Value();
    if (enabled) castToBFloat16(key);
    c10::impl::tls_set_dispatch_key_excluded(key, !enabled);
    if (!enabled) at::autocast::clear_cache();  // casts of the weights, stale after the next update
    return Napi::Boolean::New(info.Env(), before);
  });
}

}  // namespace

void exportAutograd(Napi::Env env, Napi::Object exports) {
  exports.Set("backward", Napi::Function::New(env, backward));
  exports.Set("grad", Napi::Function::New(env, grad));
  exports.Set("clearGrad", Napi::Function::New(env, clearGrad));
  exports.Set("setRequiresGrad", Napi::Function::New(env, setRequiresGrad));
  exports.Set("setGradEnabled", Napi::Function::New(env, setGradEnabled));
  exports.Set("setAutocast", Napi::Function::New(env, setAutocast));
}

}  // namespace leeway
