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

// Makes `new TorchError(message, code, operator)`, with the class that the TypeScript side registered.
Napi::Error torchError(Napi::Env env, const std::string& message, const char* code, const std::string& where);

// "memory" where libtorch's allocator refused: on the CPU an error like any other, told apart by its text only.
inline const char* codeOf(const c10::Error& error) {
  const std::string& message = error.msg();
  bool memory = message.find("CPUAllocator") != std::string::npos || message.find("out of memory") != std::string::npos;
  return memory ? "memory" : "libtorch";
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
  } catch (const c10::Error& error) {
    throw torchError(env, error.what_without_backtrace(), codeOf(error), where);
  } catch (const std::bad_alloc&) {
    throw torchError(env, "out of memory", "memory", where);
  } catch (const std::exception& error) {
    throw torchError(env, error.what(), "libtorch", where);
  }
}

}  // namespace leeway
