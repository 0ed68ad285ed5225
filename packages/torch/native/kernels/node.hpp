// Nodes of libtorch's backward graph, which hold them by std::shared_ptr or, in newer versions, by a pointer of its own.
#pragma once

#include <torch/csrc/autograd/edge.h>
#include <torch/csrc/autograd/function.h>

#include <memory>
#include <type_traits>

namespace leeway {
namespace kernels {

template <typename Pointer>
inline constexpr bool isShared = std::is_same_v<Pointer, std::shared_ptr<torch::autograd::Node>>;

using NodePointer = decltype(torch::autograd::Edge::function);

template <typename T>
struct MadeNode {
  NodePointer pointer;
  T* operator->() const { return static_cast<T*>(pointer.get()); }
};

// A new node. What only one kind of pointer has depends on a template's parameter, so that the other never sees it.
template <typename T, typename Pointer = NodePointer>
MadeNode<T> makeNode() {
  if constexpr (isShared<Pointer>) {
    // Deletes a long graph without recursion.
    return {Pointer(new T(), [](T* node) { deleteNode(node); })};
  } else {
    return {Pointer::unsafe_steal_from_new(new T())};
  }
}

template <typename T, typename Pointer = NodePointer>
Pointer pointerTo(T* node) {
  if constexpr (isShared<Pointer>) return node->shared_from_this();
  else return Pointer::unsafe_reclaim_from_nonowning(node);
}

}  // namespace kernels
}  // namespace leeway
