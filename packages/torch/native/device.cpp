// Threads, versions and devices.
#include "addon.hpp"
#include "errors.hpp"
#include "kernels/instruction_sets.hpp"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/Context.h>
#include <torch/csrc/api/include/torch/version.h>

namespace leeway {

namespace {

void setThreads(const Napi::CallbackInfo& info) {
  guarded(info.Env(), "setThreads", [&] { at::set_num_threads(info[0].ToNumber().Int32Value()); });
}

Napi::Value threads(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), at::get_num_threads());
}

// As libtorch writes its own.
const char* instructionSetName() {
  switch (kernels::instructionSet()) {
    case kernels::InstructionSet::avx512:
      return "AVX512";
    case kernels::InstructionSet::avx2:
      return "AVX2";
    default:
      return "DEFAULT";
  }
}

// facts() -> { version, cuda, build, kernels }
Napi::Value facts(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  return guarded(env, "facts", [&]() -> Napi::Value {
    Napi::Object facts = Napi::Object::New(env);
    facts.Set("version", TORCH_VERSION);
    facts.Set("cuda", at::hasCUDA());
    facts.Set("build", at::show_config());
    facts.Set("kernels", instructionSetName());
    return facts;
  });
}

}  // namespace

void exportDevice(Napi::Env env, Napi::Object exports) {
  exports.Set("setThreads", Napi::Function::New(env, setThreads));
  exports.Set("threads", Napi::Function::New(env, threads));
  exports.Set("facts", Napi::Function::New(env, facts));
}

}  // namespace leeway
