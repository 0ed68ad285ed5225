// How a process becomes a rank: through a store that one address serves, it learns where the others are, and connects.
#pragma once

#include "group.hpp"
#include "route.hpp"

#include <mutex>
#include <sstream>

namespace leeway {
namespace distributed {

// As whom and where a process joins.
struct Place {
  int rank, size;
  std::string host;  // of the store
  int port;
  bool serves;             // the store, from this process
  std::string prefix;      // of its keys: attempts must not meet
  std::string interface;   // a network interface by its name; by the route to the store where empty
  double timeout;          // seconds

  std::string master() const { return host + ":" + std::to_string(port); }
  std::string limit() const {
    std::ostringstream text;
    text << timeout << " s";
    return text.str();
  }
};

// Options differ between versions: Debian 13's libtorch has no libuv, which newer ones use unless told.
template <typename Options>
void withoutLibuv(Options& options) {
  if constexpr (requires { options.useLibUV; }) options.useLibUV = false;
}

inline c10::intrusive_ptr<c10d::Store> connectStore(const Place& place, bool serves, double seconds) {
  c10d::TCPStoreOptions options;
  options.port = static_cast<uint16_t>(place.port);
  options.isServer = serves;
  options.waitWorkers = false;
  options.multiTenant = true;
  options.timeout = Milliseconds(static_cast<int64_t>(1000 * seconds));
  withoutLibuv(options);
  auto store = c10::make_intrusive<c10d::TCPStore>(place.host, options);
  return c10::make_intrusive<c10d::PrefixStore>(place.prefix, store);
}

// The address to listen at. A name may become known later: a pod's does with the pod.
inline std::string ownAddress(const Place& place, Clock::time_point until) {
  if (!place.interface.empty()) {
    const std::string address = interfaceWith(place.interface, false);
    if (address.empty()) throw RanksFailed("expected a network interface with an address, got \"" + place.interface + "\"");
    return address;
  }
  for (;;) {
    const std::string address = addressTowards(place.host, place.port);
    if (!address.empty()) return address;
    if (Clock::now() > until) throw RanksFailed("expected a way to " + place.master() + ", got a host that is not known or not reached");
    std::this_thread::sleep_for(Milliseconds(500));
  }
}

// Waits until all ranks have said where they are.
inline std::vector<std::string> meet(const Place& place, const c10::intrusive_ptr<c10d::Store>& store,
                                     const std::string& address, Clock::time_point until) {
  store->set("address/" + std::to_string(place.rank), bytesOf(address));
  std::vector<std::string> addresses(place.size);
  std::string missing;
  for (int rank = 0; rank < place.size; rank++) {
    const std::string key = "address/" + std::to_string(rank);
    while (!store->check({key}) && Clock::now() < until) std::this_thread::sleep_for(Milliseconds(20));
    if (store->check({key})) addresses[rank] = textOf(store->get(key));
    else missing += (missing.empty() ? "" : ", ") + std::to_string(rank);
  }
  if (missing.empty()) return addresses;
  throw RanksFailed("expected " + std::to_string(place.size) + " ranks at " + place.master() + " within " +
                    place.limit() + ", got none from rank " + missing);
}

inline std::shared_ptr<Group> join(const Place& place) {
  const Clock::time_point until = Clock::now() + Milliseconds(static_cast<int64_t>(1000 * place.timeout));
  const std::string address = ownAddress(place, until);
  auto group = std::make_shared<Group>(place.rank, place.size, address, place.master());
  group->store = connectStore(place, place.serves, place.timeout);
  group->addresses = meet(place, group->store, address, until);
  auto options = c10d::ProcessGroupGloo::Options::create();
  options->devices = {c10d::ProcessGroupGloo::createDeviceForHostname(address)};
  options->threads = 2;
  options->timeout = Milliseconds(static_cast<int64_t>(1000 * group->limitSeconds));
  const auto own = c10::make_intrusive<c10d::PrefixStore>("gloo", group->store);
  try {
    group->gloo = c10::make_intrusive<c10d::ProcessGroupGloo>(own, place.rank, place.size, options);
  } catch (const std::exception& error) {
    throw RanksFailed("expected connections from " + address + " to " + group->named(group->others()) + ", got " + error.what());
  }
  group->signs = std::make_unique<SignsOfLife>(connectStore(place, false, 30), place.rank, place.size);
  return group;
}

// Joining in a thread of its own, which nothing waits for: a connection may hang for longer than anybody wants.
class Joining {
 public:
  explicit Joining(const Place& place) : place(place), state_(std::make_shared<State>()) {
    std::thread([place, state = state_] {
      std::shared_ptr<Group> group;
      std::string fault;
      try {
        group = join(place);
      } catch (const std::exception& error) {
        fault = error.what();
      }
      std::lock_guard<std::mutex> lock(state->mutex);
      state->group = group;
      state->fault = fault;
      state->done = true;
    }).detach();
  }

  const Place place;

  // The group, or nullptr while it is not there yet.
  std::shared_ptr<Group> result() {
    std::lock_guard<std::mutex> lock(state_->mutex);
    if (state_->done && !state_->group) throw RanksFailed(where() + state_->fault.substr(0, state_->fault.find('\n')));
    if (!state_->done && secondsSince(began_) > place.timeout + 10) {
      throw RanksFailed(where() + "expected connections to all ranks, got none within " + place.limit());
    }
    return state_->group;
  }

 private:
  struct State {
    std::mutex mutex;
    bool done = false;
    std::shared_ptr<Group> group;
    std::string fault;
  };

  std::string where() const {
    return "rank " + std::to_string(place.rank) + " of " + std::to_string(place.size) + " at " + place.master() + ": ";
  }

  std::shared_ptr<State> state_;
  const Clock::time_point began_ = Clock::now();
};

}  // namespace distributed
}  // namespace leeway
