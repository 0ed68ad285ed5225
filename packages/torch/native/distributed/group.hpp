// The ranks of one training, and what they do together.
#pragma once

#include "../errors.hpp"
#include "signs_of_life.hpp"

#include <ATen/ATen.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#ifdef USE_C10D_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace leeway {
namespace distributed {

using WorkPointer = c10::intrusive_ptr<c10d::Work>;

// A collective that has begun. Its tensors are filled once `Group::finish` has returned.
struct Pending {
  WorkPointer work;
  std::function<void()> then;  // what is left to do after it, such as copying back
  const char* what;
};

// Collectives are begun in the same order on all ranks.
class Group {
 public:
  const int rank, size;
  const std::string address, master;  // of this rank, and of the store

  Group(int rank, int size, std::string address, std::string master) 
      : rank(rank), size(size), address(std::move(address)), master(std::move(master)) {}

  // What joining makes, in this order; `store` outlives what uses it.
  c10::intrusive_ptr<c10d::Store> store;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo;
#ifdef USE_C10D_NCCL
  c10::intrusive_ptr<c10d::ProcessGroupNCCL> nccl;  // made at the first tensor of a GPU
#endif
  std::unique_ptr<SignsOfLife> signs;
  std::vector<std::string> addresses;  // of all ranks

  Pending allReduce(const at::Tensor& tensor) {
    return over(tensor, "all-reduce", [&](auto& group, std::vector<at::Tensor>& tensors) { return group.allreduce(tensors); });
  }

  Pending broadcast(const at::Tensor& tensor, int root) {
    c10d::BroadcastOptions options;
    options.rootRank = root;
    return over(tensor, "broadcast",
                [&](auto& group, std::vector<at::Tensor>& tensors) { return group.broadcast(tensors, options); });
  }

  // Into [size, ...], the tensors of all ranks in their order.
  Pending allGather(const at::Tensor& tensor, const at::Tensor& into) {
    at::Tensor buffer;
    Pending pending = over(tensor, "all-gather", [&](auto& group, std::vector<at::Tensor>& tensors) {
      buffer = into.device() == tensors[0].device() ? into : at::empty_like(into, tensors[0].options());
      std::vector<std::vector<at::Tensor>> results{buffer.unbind(0)};
      return group.allgather(results, tensors);
    });
    pending.then = buffer.is_same(into) ? nullptr : copyBack(buffer, into);  // `tensor` itself is only read
    return pending;
  }

  Pending barrier() {
    requireOpen();
    signs->begins();
    return {gloo->barrier(), nullptr, "barrier"};
  }

  // Waits for a collective as long as all ranks give signs of life.
  // @throws RanksFailed that names who is gone
  void finish(Pending& pending) {
    requireOpen();
    const Clock::time_point began = Clock::now();
    for (;;) {
      try {
        pending.work->wait(Milliseconds(kSlice));
        break;
      } catch (const std::exception& error) {
        if (pending.work->isCompleted()) fail(pending, error.what());
      }
      signs->watch(true);
      requireAll(pending, secondsSince(began));
    }
    signs->watch(false);
    if (pending.then) pending.then();
  }

  // Nothing can be done together any more. Connections are not closed: they may hang.
  bool isClosed() const { return !closed_.empty(); }
  void leave() {
    closed_ = "the process group was left";
    gloo.reset();
#ifdef USE_C10D_NCCL
    nccl.reset();
#endif
    signs.reset();
    store.reset();
  }

  std::string named(const std::vector<int>& ranks) const {
    std::string names;
    for (size_t i = 0; i < ranks.size() && i < 8; i++) {
      names += (i == 0 ? "" : ", ") + std::string("rank ") + std::to_string(ranks[i]) + " (" + addresses[ranks[i]] + ")";
    }
    return ranks.size() > 8 ? names + " and " + std::to_string(ranks.size() - 8) + " more" : names;
  }

  std::vector<int> others() const {
    std::vector<int> ranks;
    for (int other = 0; other < size; other++) {
      if (other != rank) ranks.push_back(other);
    }
    return ranks;
  }

  // A rank that decodes a folder of photographs keeps the others waiting for hours.
  double silentSeconds = 30, limitSeconds = 6 * 3600;

 private:
  static constexpr int kSlice = 2000;  // milliseconds

  // Begins a collective on a tensor's own memory where it can; a GPU's without NCCL goes by a copy.
  template <typename Start>
  Pending over(const at::Tensor& tensor, const char* what, const Start& start) {
    requireOpen();
    signs->begins();
    const at::Tensor detached = tensor.detach();
#ifdef USE_C10D_NCCL
    const bool onGpu = detached.is_cuda();
#else
    const bool onGpu = false;
#endif
    std::vector<at::Tensor> tensors{(onGpu ? detached : detached.cpu()).contiguous()};
    std::function<void()> then;
    if (tensors[0].data_ptr() != detached.data_ptr()) then = copyBack(tensors[0], detached);
#ifdef USE_C10D_NCCL
    if (onGpu) return {start(ncclGroup(), tensors), std::move(then), what};
#endif
    return {start(*gloo, tensors), std::move(then), what};
  }

#ifdef USE_C10D_NCCL
  c10d::ProcessGroupNCCL& ncclGroup() {
    const auto own = c10::make_intrusive<c10d::PrefixStore>("nccl", store);
    if (!nccl) nccl = c10::make_intrusive<c10d::ProcessGroupNCCL>(own, rank, size);
    return *nccl;
  }
#endif

  static std::function<void()> copyBack(at::Tensor from, at::Tensor to) {
    return [from, to]() mutable {
      at::NoGradGuard noGrad;
      to.copy_(from);
    };
  }

  void requireOpen() const {
    if (isClosed()) throw RanksFailed(closed_);
  }

  // @throws where a rank is silent, the store does not answer, or the time limit is over
  void requireAll(const Pending& pending, double waited) {
    const SignsOfLife::Seen seen = signs->seen(silentSeconds);
    if (seen.storeSilent > silentSeconds) fail(pending, "");
    if (seen.watched > silentSeconds + 2 && !seen.silent.empty()) fail(pending, "");
    if (waited > limitSeconds) fail(pending, "");
  }

  [[noreturn]] void fail(const Pending& pending, const std::string& reason) {
    const std::string where = "rank " + std::to_string(rank) + " of " + std::to_string(size) + " (" + address +
                              "): expected all ranks to join in " + pending.what + " " + std::to_string(signs->begun());
    // A lost connection is news of this moment: who is gone shows in the next seconds.
    double silent = silentSeconds;
    if (!reason.empty()) {
      signs->watch(true);
      std::this_thread::sleep_for(Milliseconds(kSilentAfterLoss + 1500));
      silent = kSilentAfterLoss / 1000.0;
    }
    const SignsOfLife::Seen seen = signs->seen(silent);
    std::string got;
    if (seen.storeSilent > silent) got = "no answer from the store of rank 0 at " + master;
    else if (!seen.silent.empty()) got = "no sign of life from " + named(seen.silent);
    else if (!seen.behind.empty()) got = named(seen.behind) + " still elsewhere";
    const std::string cause = firstLine(reason);
    if (got.empty()) got = cause.empty() ? "no end of it" : cause;
    else if (!cause.empty()) got += " (" + cause + ")";
    closed_ = where + ", got " + got;
    throw RanksFailed(closed_);
  }

  // Without the place in gloo's sources that it begins with.
  static std::string firstLine(const std::string& text) {
    const std::string line = text.substr(0, text.find('\n'));
    return line.rfind("[", 0) == 0 && line.find("] ") != std::string::npos ? line.substr(line.find("] ") + 2) : line;
  }

  static constexpr int kSilentAfterLoss = 3500;  // milliseconds

  std::string closed_;  // why nothing can be done any more; empty while it can
};

}  // namespace distributed
}  // namespace leeway
