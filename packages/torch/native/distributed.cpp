// Collectives of processes that train together, on libtorch's own library for them (c10d). Compiled where libtorch has
// it and gloo's headers are there (compiler-flags.ts); elsewhere the addon says that it has none.
#include "addon.hpp"
#include "errors.hpp"
#include "values.hpp"

#ifdef USE_C10D_GLOO
#include "distributed/gradient_buckets.hpp"
#include "distributed/joining.hpp"
#include "kernels/across_ranks.hpp"
#endif

namespace leeway {

namespace {

// distributedBackends() -> ["gloo"], ["gloo", "nccl"], or [] where it was built without
Napi::Value distributedBackends(const Napi::CallbackInfo& info) {
  Napi::Array names = Napi::Array::New(info.Env());
#ifdef USE_C10D_GLOO
  names.Set(names.Length(), "gloo");
#ifdef USE_C10D_NCCL
  names.Set(names.Length(), "nccl");
#endif
#endif
  return names;
}

#ifdef USE_C10D_GLOO

using distributed::GradientBuckets;
using distributed::Group;
using distributed::Joining;
using distributed::Pending;

// What JavaScript holds of a C++ object: a number, its place here. Nothing is destroyed with the environment: a
// connection that hangs would keep the process.
template <typename T>
std::vector<std::shared_ptr<T>>& held() {
  static auto* all = new std::vector<std::shared_ptr<T>>();
  return *all;
}

template <typename T>
Napi::Value hold(Napi::Env env, std::shared_ptr<T> value) {
  auto& all = held<T>();
  size_t place = 0;
  while (place < all.size() && all[place]) place++;
  if (place == all.size()) all.emplace_back();
  all[place] = std::move(value);
  return Napi::Number::New(env, static_cast<double>(place));
}

template <typename T>
std::shared_ptr<T>& heldAt(Napi::Value number) {
  auto& all = held<T>();
  const int64_t place = number.IsNumber() ? number.As<Napi::Number>().Int64Value() : -1;
  const bool known = place >= 0 && place < static_cast<int64_t>(all.size()) && all[place];
  if (!known) throw BadArgument("expected a process group or a collective of it that has not ended");
  return all[place];
}

// beginJoining({ rank, size, host, port, serves, prefix, interface, timeout }) -> joining
Napi::Value beginJoining(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "initProcessGroup", [&] {
    const Napi::Object given = info[0].As<Napi::Object>();
    const auto number = [&](const char* name) { return given.Get(name).ToNumber(); };
    const auto text = [&](const char* name) { return given.Get(name).ToString().Utf8Value(); };
    const distributed::Place place{number("rank").Int32Value(),
                                   number("size").Int32Value(),
                                   text("host"),
                                   number("port").Int32Value(),
                                   given.Get("serves").ToBoolean().Value(),
                                   text("prefix"),
                                   text("interface"),
                                   number("timeout").DoubleValue()};
    return hold(info.Env(), std::make_shared<Joining>(place));
  });
}

// joined(joining) -> null while it goes on, then { group, address, interface }
Napi::Value joined(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  return guarded(env, "initProcessGroup", [&]() -> Napi::Value {
    std::shared_ptr<Joining> joining = heldAt<Joining>(info[0]);
    std::shared_ptr<Group> group = joining->result();
    if (!group) return env.Null();
    heldAt<Joining>(info[0]).reset();
    Napi::Object result = Napi::Object::New(env);
    result.Set("group", hold(env, group));
    result.Set("address", group->address);
    result.Set("interface", distributed::interfaceWith(group->address, true));
    return result;
  });
}

const at::Tensor& requireDense(const at::Tensor& tensor) {
  const auto type = tensor.scalar_type();
  const bool known = type == at::kFloat || type == at::kDouble || type == at::kLong || type == at::kInt || type == at::kByte;
  if (!known) throw BadArgument(std::string("expected float32, float64, int64, int32 or uint8, got ") + nameOf(type));
  return tensor;
}

// beginCollective(group, "sum" | "broadcast" | "gather" | "barrier", tensor, root | into) -> pending
Napi::Value beginCollective(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "ProcessGroup", [&] {
    Group& group = *heldAt<Group>(info[0]);
    const std::string kind = info[1].ToString().Utf8Value();
    if (kind == "barrier") return hold(info.Env(), std::make_shared<Pending>(group.barrier()));
    const at::Tensor& tensor = requireDense(tensorOf(info[2], "a Tensor"));
    Pending pending = kind == "sum"         ? group.allReduce(tensor)
                      : kind == "broadcast" ? group.broadcast(tensor, info[3].ToNumber().Int32Value())
                                            : group.allGather(tensor, tensorOf(info[3], "a Tensor"));
    return hold(info.Env(), std::make_shared<Pending>(std::move(pending)));
  });
}

// finishCollective(group, pending): waits, and names who is gone
void finishCollective(const Napi::CallbackInfo& info) {
  guarded(info.Env(), "ProcessGroup", [&] {
    std::shared_ptr<Pending> pending = std::move(heldAt<Pending>(info[1]));
    heldAt<Group>(info[0])->finish(*pending);
  });
}

// leaveGroup(group): closes its connections, or, after a failure, lets them be
void leaveGroup(const Napi::CallbackInfo& info) {
  guarded(info.Env(), "ProcessGroup.leave", [&] {
    Group& group = *heldAt<Group>(info[0]);
    if (!group.isClosed()) group.leave();
  });
}

// newBuckets(group, parameters) -> buckets
Napi::Value newBuckets(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), "GradientBuckets", [&] {
    const Napi::Array handles = info[1].As<Napi::Array>();
    std::vector<at::Tensor> parameters;
    for (uint32_t i = 0; i < handles.Length(); i++) parameters.push_back(tensorOf(handles.Get(i), "a Tensor"));
    auto buckets = std::make_shared<GradientBuckets>(heldAt<Group>(info[0]), std::move(parameters));
    buckets->watch();
    return hold(info.Env(), std::move(buckets));
  });
}

// useBuckets(buckets, "begin" | "finish" | "free")
void useBuckets(const Napi::CallbackInfo& info) {
  guarded(info.Env(), "GradientBuckets", [&] {
    std::shared_ptr<GradientBuckets>& buckets = heldAt<GradientBuckets>(info[0]);
    const std::string what = info[1].ToString().Utf8Value();
    if (what == "begin") buckets->begin();
    if (what == "finish") buckets->finish();
    if (what == "free") buckets.reset();
  });
}

struct OfGroup : kernels::AcrossRanks {
  std::shared_ptr<Group> group;
  explicit OfGroup(std::shared_ptr<Group> group) : group(std::move(group)) {}
  void sum(at::Tensor& values) override {
    Pending pending = group->allReduce(values);
    group->finish(pending);
  }
};

// shareStatistics(group | null): whose batches are one to operators from now on
void shareStatistics(const Napi::CallbackInfo& info) {
  guarded(info.Env(), "shareStatistics", [&] {
    const bool alone = info[0].IsNull();
    kernels::acrossRanks() = alone ? nullptr : std::make_shared<OfGroup>(heldAt<Group>(info[0]));
  });
}

#endif

}  // namespace

void exportDistributed(Napi::Env env, Napi::Object exports) {
  exports.Set("distributedBackends", Napi::Function::New(env, distributedBackends));
#ifdef USE_C10D_GLOO
  exports.Set("beginJoining", Napi::Function::New(env, beginJoining));
  exports.Set("joined", Napi::Function::New(env, joined));
  exports.Set("beginCollective", Napi::Function::New(env, beginCollective));
  exports.Set("finishCollective", Napi::Function::New(env, finishCollective));
  exports.Set("leaveGroup", Napi::Function::New(env, leaveGroup));
  exports.Set("newBuckets", Napi::Function::New(env, newBuckets));
  exports.Set("useBuckets", Napi::Function::New(env, useBuckets));
  exports.Set("shareStatistics", Napi::Function::New(env, shareStatistics));
#endif
}

}  // namespace leeway
