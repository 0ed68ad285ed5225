// What a GPU is and how it computes. Without a header of CUDA, which a libtorch does not bring: through libtorch's own
// interfaces, and for the rest by the names of functions in the libraries that it has loaded. AMD's GPUs come as
// "cuda" too: a ROCm libtorch gives its devices that name.
#include "addon.hpp"
#include "errors.hpp"
#include "values.hpp"

#include <ATen/Context.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/csrc/api/include/torch/version.h>

#include <dlfcn.h>

#include <cstdlib>
#include <set>

#define LEEWAY_TORCH_VERSION (TORCH_VERSION_MAJOR * 100 + TORCH_VERSION_MINOR)
#if LEEWAY_TORCH_VERSION >= 209
#include <c10/core/CachingDeviceAllocator.h>
#endif

namespace leeway {

namespace {

const at::CUDAHooksInterface& hooks() { return at::detail::getCUDAHooks(); }

// A function of the libraries that came with libtorch: those of this addon and all that it needs, however they are
// named; nullptr where none has it.
void* loadedFunction(const char* name) {
  static void* self = [] {
    Dl_info info;
    const bool known = dladdr(reinterpret_cast<void*>(&loadedFunction), &info) != 0;
    return known ? dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD) : nullptr;
  }();
  return self == nullptr ? nullptr : dlsym(self, name);
}

// A function of the driver, which is no library of libtorch's: its own loads it by name, too.
void* driverFunction(const char* library, const char* name) {
  void* loaded = dlopen(library, RTLD_LAZY | RTLD_LOCAL);
  return loaded == nullptr ? nullptr : dlsym(loaded, name);
}

template <typename Function>
Function* as(void* function) {
  return reinterpret_cast<Function*>(function);
}

bool isRocm() { return hooks().hasROCM(); }

// CUDA's name of a function, which ROCm has under its own prefix.
void* runtimeFunction(const std::string& name) {
  return loadedFunction((isRocm() ? "hip" + name : "cuda" + name).c_str());
}

// "13.0" of 13000, as CUDA and its driver count.
std::string cudaVersion(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

// "9.19.0" of 91900; until version 8 it was 8902 for 8.9.2.
std::string cudnnVersion(long version) {
  const long major = version >= 10000 ? version / 10000 : version / 1000;
  const long rest = version >= 10000 ? version % 10000 : version % 1000;
  return std::to_string(major) + "." + std::to_string(rest / 100) + "." + std::to_string(rest % 100);
}

Napi::Value textOrNull(Napi::Env env, const std::string& text) {
  return text.empty() ? env.Null() : Napi::Value(Napi::String::New(env, text));
}

std::string runtimeVersion() {
  int version = 0;
  auto* ask = as<int(int*)>(runtimeFunction("RuntimeGetVersion"));
  if (ask == nullptr || ask(&version) != 0 || version == 0) return "";
  if (!isRocm()) return cudaVersion(version);
  return std::to_string(version / 10000000) + "." + std::to_string(version / 100000 % 100);  // 60443483: 6.4
}

// Of the library that is loaded, which may be newer than the one libtorch was built with.
std::string loadedCudnn() {
  if (isRocm() || !at::globalContext().hasCuDNN()) return "";
  auto* ask = as<size_t()>(loadedFunction("cudnnGetVersion"));
  return cudnnVersion(ask == nullptr ? hooks().versionCuDNN() : static_cast<long>(ask()));
}

// "580.159.03"; empty where only the driver's age is known.
std::string driverVersion() {
  char text[96] = "";
  auto* start = as<int()>(driverFunction("libnvidia-ml.so.1", "nvmlInit_v2"));
  auto* ask = as<int(char*, unsigned)>(driverFunction("libnvidia-ml.so.1", "nvmlSystemGetDriverVersion"));
  if (start != nullptr && ask != nullptr && start() == 0 && ask(text, sizeof text) == 0) return text;
  int version = 0;
  auto* oldest = as<int(int*)>(runtimeFunction("DriverGetVersion"));
  const bool known = !isRocm() && oldest != nullptr && oldest(&version) == 0 && version > 0;
  return known ? "of CUDA " + cudaVersion(version) : "";
}

// Why there is no device, in the runtime's own words.
std::string reasonForNone() {
  int count = 0;
  auto* ask = as<int(int*)>(runtimeFunction("GetDeviceCount"));
  auto* word = as<const char*(int)>(runtimeFunction("GetErrorString"));
  if (ask == nullptr || word == nullptr) return "";
  const int fault = ask(&count);
  auto* forget = as<int()>(runtimeFunction("GetLastError"));  // else the next call of anything would report it
  if (fault != 0 && forget != nullptr) forget();
  return fault == 0 ? "no device" : word(fault);
}

// Of one device, without a context on it, which would take some hundred megabytes of its memory.
Napi::Object describeDevice(Napi::Env env, int index) {
  void* name = isRocm() ? loadedFunction("hipDeviceGetName") : driverFunction("libcuda.so.1", "cuDeviceGetName");
  void* total = isRocm() ? loadedFunction("hipDeviceTotalMem") : driverFunction("libcuda.so.1", "cuDeviceTotalMem_v2");
  void* attribute = isRocm() ? nullptr : driverFunction("libcuda.so.1", "cuDeviceGetAttribute");
  char text[256] = "";
  size_t bytes = 0;
  int major = 0, minor = 0;
  auto* handleOf = as<int(int*, int)>(isRocm() ? nullptr : driverFunction("libcuda.so.1", "cuDeviceGet"));
  int handle = index;  // as it is on AMD's; on NVIDIA's the driver says
  if (handleOf != nullptr) handleOf(&handle, index);
  if (name != nullptr) as<int(char*, int, int)>(name)(text, sizeof text, handle);
  if (total != nullptr) as<int(size_t*, int)>(total)(&bytes, handle);
  constexpr int kMajor = 75, kMinor = 76;  // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR
  if (attribute != nullptr) as<int(int*, int, int)>(attribute)(&major, kMajor, handle);
  if (attribute != nullptr) as<int(int*, int, int)>(attribute)(&minor, kMinor, handle);
  Napi::Object device = Napi::Object::New(env);
  device.Set("name", text[0] == '\0' ? "unknown" : text);
  device.Set("memory", bytes == 0 ? env.Null() : Napi::Value(Napi::Number::New(env, static_cast<double>(bytes))));
  device.Set("capability", textOrNull(env, major == 0 ? "" : std::to_string(major) + "." + std::to_string(minor)));
  // Before 8.0 cuDNN has no convolution in bfloat16; of AMD's all that ROCm still serves have.
  device.Set("bf16", Napi::Boolean::New(env, major == 0 || major >= 8));
  return device;
}

// gpus() -> { platform, runtime, cudnn, driver, reason, devices }, or null where libtorch has no part for GPUs
Napi::Value gpus(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  return guarded(env, "gpus", [&]() -> Napi::Value {
    if (!c10::impl::hasDeviceGuardImpl(at::kCUDA)) return env.Null();
    const int count = hooks().getNumGPUs();  // starts the driver
    Napi::Array devices = Napi::Array::New(env, count);
    for (int i = 0; i < count; i++) devices.Set(static_cast<uint32_t>(i), describeDevice(env, i));
    Napi::Object facts = Napi::Object::New(env);
    facts.Set("platform", isRocm() ? "ROCm" : "CUDA");
    facts.Set("runtime", textOrNull(env, runtimeVersion()));
    facts.Set("cudnn", textOrNull(env, count == 0 ? "" : loadedCudnn()));
    facts.Set("driver", textOrNull(env, count == 0 ? "" : driverVersion()));
    facts.Set("reason", textOrNull(env, count == 0 ? reasonForNone() : ""));
    facts.Set("devices", devices);
    return facts;
  });
}

c10::Device deviceIn(const Napi::CallbackInfo& info) { return deviceOf(info[0].ToString().Utf8Value()); }

// The index of a device, that of "cuda" being the one in use.
c10::DeviceIndex indexOf(c10::Device device) {
  return device.has_index() ? device.index() : static_cast<c10::DeviceIndex>(hooks().current_device());
}

// deviceMemory(device) -> { free, total } bytes, or null where nobody knows
Napi::Value deviceMemory(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  return guarded(env, "deviceMemory", [&]() -> Napi::Value {
    const c10::Device device = deviceIn(info);
    auto* ask = device.is_cuda() ? as<int(size_t*, size_t*)>(runtimeFunction("MemGetInfo")) : nullptr;
    if (ask == nullptr) return env.Null();
    const c10::DeviceGuard guard(c10::Device(at::kCUDA, indexOf(device)));
    size_t free = 0, total = 0;
    if (ask(&free, &total) != 0) return env.Null();
    Napi::Object memory = Napi::Object::New(env);
    memory.Set("free", Napi::Number::New(env, static_cast<double>(free)));
    memory.Set("total", Napi::Number::New(env, static_cast<double>(total)));
    return memory;
  });
}

// synchronize(device): waits for all that was queued there; nothing on the CPU
void synchronize(const Napi::CallbackInfo& info) {
  guarded(info.Env(), "synchronize", [&] {
    const c10::Device device = deviceIn(info);
    if (device.is_cuda()) hooks().deviceSynchronize(indexOf(device));
  });
}

// emptyCache(device): gives memory that libtorch keeps for later back to the device, where this libtorch lets us ask
void emptyCache(const Napi::CallbackInfo& info) {
  guarded(info.Env(), "emptyCache", [&] {
#if LEEWAY_TORCH_VERSION >= 209
    if (deviceIn(info).is_cuda()) at::getDeviceAllocator(at::kCUDA)->emptyCache();
#endif
  });
}

// Passes on each message once: an operator without a reproducible form would say so at every step.
class OnceEach : public c10::WarningHandler {
 public:
#if LEEWAY_TORCH_VERSION >= 200
  void process(const c10::Warning& warning) override {
    if (seen_.insert(warning.msg()).second) c10::WarningHandler::process(warning);
  }
#else
  void process(const c10::SourceLocation& place, const std::string& message, const bool verbatim) override {
    if (seen_.insert(message).second) c10::WarningHandler::process(place, message, verbatim);
  }
#endif

 private:
  std::set<std::string> seen_;
};

void warnOnceEach() {
  static thread_local OnceEach handler;
#if LEEWAY_TORCH_VERSION >= 200
  c10::WarningUtils::set_warning_handler(&handler);
#else
  c10::Warning::set_warning_handler(&handler);
#endif
}

// setReproducible(on): the same bits in every run on the same GPU, or the fastest algorithms. Products and convolutions
// of float32 keep all its bits either way: libtorch's default for convolutions would round to TF32.
void setReproducible(const Napi::CallbackInfo& info) {
  guarded(info.Env(), "setReproducible", [&] {
    const bool on = info[0].ToBoolean().Value();
    at::Context& context = at::globalContext();
    context.setAllowTF32CuDNN(false);
    context.setAllowTF32CuBLAS(false);
    context.setDeterministicCuDNN(on);
    context.setBenchmarkCuDNN(!on);
    context.setDeterministicAlgorithms(on, /*warn_only=*/true);
#if LEEWAY_TORCH_VERSION >= 202
    context.setDeterministicFillUninitializedMemory(false);  // a pass over each new tensor, to find other errors
#endif
    if (!on) return;
    setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*replace=*/0);  // else cuBLAS shares its scratch memory out as it comes
    warnOnceEach();
  });
}

}  // namespace

void exportGpu(Napi::Env env, Napi::Object exports) {
  exports.Set("gpus", Napi::Function::New(env, gpus));
  exports.Set("deviceMemory", Napi::Function::New(env, deviceMemory));
  exports.Set("synchronize", Napi::Function::New(env, synchronize));
  exports.Set("emptyCache", Napi::Function::New(env, emptyCache));
  exports.Set("setReproducible", Napi::Function::New(env, setReproducible));
}

}  // namespace leeway
