// Generators: seed, state out, state in.
#include "addon.hpp"
#include "errors.hpp"
#include "values.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>

#include <cstring>
#include <mutex>

namespace leeway {

static const napi_type_tag kGeneratorTag = {0x6c65657761792d67, 0x4b0e7dd2c9a8f153};

at::Generator* generatorOf(Napi::Value value) {
  if (!value.IsObject()) return nullptr;
  Napi::Value handle = value.As<Napi::Object>().Get("handle");
  bool ours = false;
  if (!handle.IsObject() ||
      napi_check_object_type_tag(value.Env(), handle, &kGeneratorTag, &ours) != napi_ok || !ours) {
    return nullptr;
  }
  void* data = nullptr;
  if (napi_unwrap(value.Env(), handle, &data) != napi_ok) return nullptr;
  return static_cast<at::Generator*>(data);
}

namespace {

at::Generator defaultGeneratorOf(const std::string& device) {
  return at::globalContext().defaultGenerator(deviceOf(device));
}

// A GPU's generator has no constructor that we may name: it is a copy of the device's own, seeded anew.
at::Generator seededGenerator(uint64_t seed, const std::string& device) {
  if (deviceOf(device).is_cpu()) return at::detail::createCPUGenerator(seed);
  at::Generator own = defaultGeneratorOf(device);
  std::lock_guard<std::mutex> lock(own.mutex());
  at::Generator generator = own.clone();
  generator.set_current_seed(seed);
  return generator;
}

// newGenerator(seed, device) -> the handle a Generator holds
Napi::Value newGenerator(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  return guarded(env, "Generator", [&]() -> Napi::Value {
    Napi::Object handle = Napi::Object::New(env);
    auto* generator = new at::Generator(
        seededGenerator(static_cast<uint64_t>(info[0].ToNumber().Int64Value()), info[1].ToString().Utf8Value()));
    napi_status status = napi_wrap(
        env, handle, generator, [](napi_env, void* data, void*) { delete static_cast<at::Generator*>(data); },
        nullptr, nullptr);
    if (status != napi_ok) delete generator;
    if (status != napi_ok || napi_type_tag_object(env, handle, &kGeneratorTag) != napi_ok) {
      throw Napi::Error::New(env);
    }
    return handle;
  });
}

// seedDefault(seed): the generator of operators that are given none (dropout)
void seedDefault(const Napi::CallbackInfo& info) {
  guarded(info.Env(), "manualSeed",
          [&] { at::manual_seed(static_cast<uint64_t>(info[0].ToNumber().Int64Value())); });
}

// A device's name stands for its default generator.
at::Generator chosen(Napi::Value value) {
  if (value.IsString()) return defaultGeneratorOf(value.ToString().Utf8Value());
  at::Generator* generator = generatorOf(value);
  if (generator == nullptr) throw BadArgument("expected a Generator");
  return *generator;
}

// generatorState(generator | device) -> bytes
Napi::Value generatorState(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "Generator.state", [&]() -> Napi::Value {
    at::Generator generator = chosen(info[0]);
    std::lock_guard<std::mutex> lock(generator.mutex());
    at::Tensor state = generator.get_state();
    Napi::Uint8Array bytes = Napi::Uint8Array::New(info.Env(), state.nbytes());
    std::memcpy(bytes.Data(), state.data_ptr(), state.nbytes());
    return bytes;
  });
}

// setGeneratorState(generator | device, bytes)
void setGeneratorState(const Napi::CallbackInfo& info) {
  guarded(info.Env(), "Generator.state", [&] {
    if (!info[1].IsTypedArray()) throw BadArgument("expected the bytes of a saved state");
    Napi::Uint8Array bytes = info[1].As<Napi::Uint8Array>();
    at::Tensor state = at::empty({static_cast<int64_t>(bytes.ByteLength())}, at::kByte);
    std::memcpy(state.data_ptr(), bytes.Data(), bytes.ByteLength());
    at::Generator generator = chosen(info[0]);
    std::lock_guard<std::mutex> lock(generator.mutex());
    generator.set_state(state);
  });
}

}  // namespace

void exportRandom(Napi::Env env, Napi::Object exports) {
  exports.Set("newGenerator", Napi::Function::New(env, newGenerator));
  exports.Set("seedDefault", Napi::Function::New(env, seedDefault));
  exports.Set("generatorState", Napi::Function::New(env, generatorState));
  exports.Set("setGeneratorState", Napi::Function::New(env, setGeneratorState));
}

}  // namespace leeway
