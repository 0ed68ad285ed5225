// Gradients summed over ranks while the backward pass goes on: parameters lie in buckets, the last first, and a bucket is
// sent as soon as the last of its gradients is there.
#pragma once

#include "group.hpp"

#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/utils/lambda_post_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <algorithm>
#include <mutex>

namespace leeway {
namespace distributed {

class GradientBuckets : public std::enable_shared_from_this<GradientBuckets> {
 public:
  GradientBuckets(std::shared_ptr<Group> group, std::vector<at::Tensor> parameters)
      : group_(std::move(group)), parameters_(std::move(parameters)), views_(parameters_.size()) {
    for (size_t i = parameters_.size(); i-- > 0;) add(i);
  }

  // Sees a gradient as soon as the backward pass has added it up.
  void watch() {
    using torch::autograd::utils::LambdaPostHook;
    for (size_t i = 0; i < parameters_.size(); i++) {
      auto accumulator = torch::autograd::impl::grad_accumulator(parameters_[i]);
      accumulator->add_post_hook(std::make_unique<LambdaPostHook>(
          [weak = weak_from_this(), i](const torch::autograd::variable_list& outputs, const torch::autograd::variable_list&) {
            if (const auto buckets = weak.lock()) buckets->ready(i);
            return outputs;
          }));
      accumulators_.push_back(std::move(accumulator));  // a parameter itself does not keep it
    }
  }

  // Before a backward pass.
  void begin() {
    std::lock_guard<std::mutex> lock(mutex_);
    sent_ = 0;
    for (Bucket& bucket : buckets_) bucket.missing = bucket.members.size();
    active_ = true;
  }

  // After it: sends what is left, where parameters had no part in it, and puts the sums in the gradients' places.
  void finish() {
    std::unique_lock<std::mutex> lock(mutex_);
    active_ = false;
    while (sent_ < buckets_.size()) send(buckets_[sent_++]);
    lock.unlock();
    for (Bucket& bucket : buckets_) {
      if (!bucket.pending.work) continue;
      group_->finish(bucket.pending);
      bucket.pending = {};
      for (size_t i : bucket.members) {
        if (parameters_[i].grad().defined()) parameters_[i].mutable_grad() = views_[i];
      }
    }
  }

 private:
  struct Bucket {
    std::vector<size_t> members;
    int64_t values = 0;
    at::Tensor flat;
    size_t missing = 0;
    Pending pending{};
  };

  // Few messages, of which the first leaves early.
  static constexpr int64_t kFirstBytes = 1 << 20, kBytes = 16 << 20;

  void add(size_t i) {
    const at::Tensor& parameter = parameters_[i];
    const int64_t limit = (buckets_.size() <= 1 ? kFirstBytes : kBytes) / parameter.element_size();
    const bool fits = !buckets_.empty() && buckets_.back().values + parameter.numel() <= limit &&
                      parameters_[buckets_.back().members[0]].scalar_type() == parameter.scalar_type() &&
                      parameters_[buckets_.back().members[0]].device() == parameter.device();
    if (!fits) buckets_.emplace_back();
    if (bucketOf_.size() < parameters_.size()) bucketOf_.resize(parameters_.size());
    bucketOf_[i] = buckets_.size() - 1;
    buckets_.back().members.push_back(i);
    buckets_.back().values += parameter.numel();
  }

  void ready(size_t i) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!active_) return;
    buckets_[bucketOf_[i]].missing--;
    // In the same order on all ranks.
    while (sent_ < buckets_.size() && buckets_[sent_].missing == 0) send(buckets_[sent_++]);
  }

  void send(Bucket& bucket) {
    at::NoGradGuard noGrad;
    if (!bucket.flat.defined()) bucket.flat = parameters_[bucket.members[0]].detach().new_zeros({bucket.values});
    int64_t at = 0;
    bool any = false;
    for (size_t i : bucket.members) {
      const at::Tensor gradient = parameters_[i].grad();
      const int64_t size = parameters_[i].numel();
      if (gradient.defined()) {
        if (!views_[i].defined() || views_[i].strides() != gradient.strides()) views_[i] = viewLike(bucket, at, gradient);
        views_[i].copy_(gradient);
        any = true;
      } else {
        bucket.flat.narrow(0, at, size).zero_();
      }
      at += size;
    }
    if (any) bucket.pending = group_->allReduce(bucket.flat);
  }

  // A part of the bucket that lies as the gradient does, so that optimizers read it as fast.
  static at::Tensor viewLike(const Bucket& bucket, int64_t at, const at::Tensor& gradient) {
    if (!gradient.is_non_overlapping_and_dense()) return bucket.flat.narrow(0, at, gradient.numel()).view(gradient.sizes());
    return bucket.flat.as_strided(gradient.sizes(), gradient.strides(), at);
  }

  const std::shared_ptr<Group> group_;
  const std::vector<at::Tensor> parameters_;
  std::vector<at::Tensor> views_;  // of each parameter, into its bucket
  std::vector<Bucket> buckets_;
  std::vector<size_t> bucketOf_;
  std::vector<decltype(torch::autograd::impl::grad_accumulator(at::Tensor()))> accumulators_;
  size_t sent_ = 0;
  bool active_ = false;
  std::mutex mutex_;
};

}  // namespace distributed
}  // namespace leeway
