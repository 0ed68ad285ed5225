// Who is still there. Each rank counts up in the store every second, from a thread of its own, beside how many
// collectives it has begun: so that a failure names the rank that is gone, or the one that never came.
#pragma once

#include <torch/csrc/distributed/c10d/Store.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace leeway {
namespace distributed {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

inline double secondsSince(Clock::time_point then) {
  return std::chrono::duration<double>(Clock::now() - then).count();
}

inline std::vector<uint8_t> bytesOf(const std::string& text) { return {text.begin(), text.end()}; }
inline std::string textOf(const std::vector<uint8_t>& bytes) { return {bytes.begin(), bytes.end()}; }

class SignsOfLife {
 public:
  // What is known of another rank.
  struct Peer {
    std::string sign;               // as it was read last
    int64_t begun = 0;              // its collectives
    Clock::time_point changed;      // when its sign last did
  };

  // @param store a connection of its own: one that waits for an answer keeps all others waiting
  SignsOfLife(c10::intrusive_ptr<c10d::Store> store, int rank, int size)
      : store_(std::move(store)), rank_(rank), peers_(size), answered_(Clock::now()) {
    give();
    thread_ = std::thread([this] { run(); });
  }

  ~SignsOfLife() {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      ended_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

  void begins() { begun_++; }
  int64_t begun() const { return begun_; }

  // Reads those of the others too, from now on or no longer: a failing rank wants them at once.
  void watch(bool on) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (on && !watching_) {
      since_ = Clock::now();
      for (Peer& each : peers_) each.changed = since_;
    }
    watching_ = on;
    wake_.notify_all();
  }

  struct Seen {
    double watched;              // seconds
    double storeSilent;          // seconds without an answer of the store
    std::vector<int> silent;     // ranks without a sign for that long
    std::vector<int> behind;     // ranks that live, and have begun fewer collectives
  };

  Seen seen(double silentSeconds) {
    std::lock_guard<std::mutex> lock(mutex_);
    Seen result{watching_ ? secondsSince(since_) : 0, secondsSince(answered_), {}, {}};
    for (int other = 0; other < static_cast<int>(peers_.size()); other++) {
      if (other == rank_) continue;
      const Peer& peer = peers_[other];
      if (secondsSince(peer.changed) > silentSeconds) result.silent.push_back(other);
      else if (peer.begun < begun_) result.behind.push_back(other);
    }
    return result;
  }

 private:
  void give() {
    store_->set("sign/" + std::to_string(rank_), bytesOf(std::to_string(beat_++) + " " + std::to_string(begun_)));
  }

  void readOthers() {
    for (int other = 0; other < static_cast<int>(peers_.size()); other++) {
      if (other == rank_) continue;
      const std::string key = "sign/" + std::to_string(other);
      const std::string sign = store_->check({key}) ? textOf(store_->get(key)) : "";
      std::lock_guard<std::mutex> lock(mutex_);
      Peer& peer = peers_[other];
      if (peer.sign != sign && !peer.sign.empty()) peer.changed = Clock::now();
      if (!sign.empty()) peer.begun = std::stoll(sign.substr(sign.find(' ') + 1));
      peer.sign = sign;
    }
  }

  void run() {
    for (;;) {
      bool watching;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        wake_.wait_for(lock, Milliseconds(1000), [this] { return ended_; });
        if (ended_) return;
        watching = watching_;
      }
      try {
        give();
        if (watching) readOthers();
        std::lock_guard<std::mutex> lock(mutex_);
        answered_ = Clock::now();
      } catch (const std::exception&) {
        // The store is gone, or does not answer: `answered_` says since when.
      }
    }
  }

  const c10::intrusive_ptr<c10d::Store> store_;
  const int rank_;
  std::vector<Peer> peers_;
  Clock::time_point answered_, since_;
  std::atomic<int64_t> begun_{0};
  int64_t beat_ = 0;
  bool watching_ = false, ended_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::thread thread_;
};

}  // namespace distributed
}  // namespace leeway
