// Registers an operator of ours with libtorch's dispatcher.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/library.h>

#include <memory>
#include <string>

namespace leeway {
namespace kernels {

// Defines `leeway::name`, whose schema follows the name. It lives as long as the result does, which is held by a static
// of this addon. A second copy of the addon in the process uses the first one's.
template <typename Function>
std::unique_ptr<torch::Library> define(const std::string& name, const std::string& schema, Function* function) {
  if (c10::Dispatcher::singleton().findSchema({"leeway::" + name, ""})) return nullptr;
  auto library =
      std::make_unique<torch::Library>(torch::Library::FRAGMENT, "leeway", c10::nullopt, __FILE__, __LINE__);
  library->def((name + schema).c_str(), function);
  return library;
}

}  // namespace kernels
}  // namespace leeway
