// One way for a C++ failure to reach JavaScript: as a TorchError with libtorch's own message.
#pragma once

#include <napi.h>

#include <c10/util/Exception.h>

#include <new>
#include <stdexcept>
#include <string>

namespace leeway {

// A failure of the caller's making (wrong kind, disposed tensor), raised before libtorch is asked.
struct BadArgument : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Ranks that train together have lost one of them, or never found it.
struct RanksFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Makes `new TorchError(message, code, operator)`, with the class that the TypeScript side registered.
Napi::Error torchError(Napi::Env env, const std::string& message, const char* code, const std::string& where);

// "memory" where libtorch's allocator refused: on the CPU an error like any other, told apart by its text only.
inline const char* codeOf(const c10::Error& error) {
  const std::string& message = error.msg();
  bool memory = message.find("CPUAllocator") != std::string::npos || message.find("out of memory") != std::string::npos;
  return memory ? "memory" : "libtorch";
}

// A GPU reports a failure when it comes to it, at whatever is called then, and computes nothing more in this process.
inline std::string withAdvice(const char* message) {
  std::string text = message;
  const bool cuda = text.find("CUDA error") != std::string::npos, rocm = text.find("HIP error") != std::string::npos;
  // Of a missing driver and of memory it is told at once.
  const bool atOnce = text.find("out of memory") != std::string::npos || text.find("driver") != std::string::npos;
  if ((!cuda && !rocm) || atOnce) return text;
  return text + "\nAn earlier operator may have failed: run it again with " +
         (cuda ? "CUDA_LAUNCH_BLOCKING=1" : "AMD_SERIALIZE_KERNEL=3") +
         " in the environment, and the one that is named is the one that did.";
}

// Runs the body of an exported function, so that what it throws comes to JavaScript as a TorchError.
// Napi::Error passes through: it is a JavaScript exception already. Anything else, and what is thrown outside, becomes
// a plain Error by CPP_EXCEPTIONS_ALL (compiler-flags.ts): nothing can abort the process.
template <typename Body>
auto guarded(Napi::Env env, const std::string& where, Body body) -> decltype(body()) {
  try {
    return body();
  } catch (const Napi::Error&) {
    throw;
  } catch (const BadArgument& error) {
    throw torchError(env, error.what(), "argument", where);
  } catch (const RanksFailed& error) {
    throw torchError(env, error.what(), "ranks", where);
  } catch (const c10::Error& error) {
    throw torchError(env, withAdvice(error.what_without_backtrace()), codeOf(error), where);
  } catch (const std::bad_alloc&) {
    throw torchError(env, "out of memory", "memory", where);
  } catch (const std::exception& error) {
    throw torchError(env, error.what(), "libtorch", where);
  }
}

}  // namespace leeway
