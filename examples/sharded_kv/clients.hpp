#pragma once

// Readers and writers of sharded_kv, which check that no answered write is lost.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <scalesmall/node_view.hpp>
#include <scalesmall/owner_actors.hpp>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>

#include "examples/sharded_kv/store.hpp"

namespace sharded_kv {

using time_source = std::chrono::steady_clock;

/// Asks the owners of a name, one after the other until one answers. Looks anew who they are for as
/// long as the limit allows.
template <class Answer, class... Message>
std::optional<Answer> ask(caf::scoped_actor& self, scalesmall::owner_actors<>& owners,
                          const std::string& name, std::chrono::milliseconds limit,
                          std::chrono::milliseconds one_answer, const Message&... message) {
  const auto end = time_source::now() + limit;
  for (;;) {
    for (const auto& owner : owners.all_of(name)) {
      std::optional<Answer> answer;
      self->request(owner, one_answer, message...)
          .receive([&](Answer& x) { answer = std::move(x); }, [](const caf::error&) {});
      if (answer) return answer;
    }
    if (time_source::now() >= end) return std::nullopt;
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
}

inline std::optional<std::string> put(caf::scoped_actor& self, scalesmall::owner_actors<>& owners,
                                      const std::string& name, const stamped& value) {
  return ask<std::string>(self, owners, name, std::chrono::seconds{20}, std::chrono::seconds{3},
                          caf::put_atom::value, name, value);
}

inline std::optional<stamped> get(caf::scoped_actor& self, scalesmall::owner_actors<>& owners,
                                  const std::string& name, std::chrono::milliseconds limit) {
  return ask<stamped>(self, owners, name, limit, std::chrono::milliseconds{500},
                      caf::get_atom::value, name);
}

inline stamped stamped_now(std::string value) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto at = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  return {static_cast<std::uint64_t>(at), std::move(value)};
}

/// Threads that write and read until stop(). A thread that measures how long some keys had no
/// reachable owner runs beside them.
class clients {
public:
  clients(caf::actor_system& system, scalesmall::node_view view, std::string group,
          const scalesmall::owner_actors<>& owners)
      : system_(system), view_(std::move(view)), group_(std::move(group)), owners_(owners) {}

  void start(std::size_t writers, std::size_t readers) {
    for (std::size_t i = 0; i < writers * names_of_writer; ++i)
      names_.push_back(std::make_unique<written>("load" + std::to_string(i)));
    for (std::size_t i = 0; i < writers; ++i) threads_.emplace_back([this, i] { write(i); });
    for (std::size_t i = 0; i < readers; ++i) threads_.emplace_back([this, i] { read(i); });
    threads_.emplace_back([this] { watch(); });
  }

  /// How long some keys have had no reachable owner.
  [[nodiscard]] double uncovered_ms() const { return uncovered_ms_; }

  /// Ends the threads, reads each name at each of its owners, and returns what was counted. Lost: a
  /// name of which an owner does not have the last write that was answered.
  std::string stop() {
    stopping_ = true;
    for (auto& x : threads_) x.join();
    threads_.clear();
    std::size_t lost = 0;
    caf::scoped_actor self{system_};
    auto owners = owners_;
    for (const auto& x : names_) {
      if (x->answered == 0) continue;
      const auto all = owners.all_of(x->name);
      bool whole = !all.empty();
      for (const auto& owner : all)
        self->request(owner, std::chrono::seconds{5}, caf::get_atom::value, x->name)
            .receive([&](const stamped& got) { whole &= got.at >= x->answered; },
                     [&](const caf::error&) { whole = false; });
      lost += std::size_t{!whole};
    }
    std::ostringstream text;
    text << "reads " << reads_ << " failed " << failed_ << " stale " << stale_ << " slowest_ms "
         << slowest_ << " writes " << writes_ << " unanswered " << unanswered_ << " lost " << lost
         << " uncovered_ms " << uncovered_ms_;
    return text.str();
  }

  /// Asks one store for one name that it has, each 50 ms and for so long, whoever serves it
  /// meanwhile. Returns how many answers there were, and how many of them were older than a write
  /// that had been answered before.
  std::string probe(const scalesmall::net_id& member, std::chrono::seconds time) {
    auto owners = owners_;
    const auto asked = owners.at(member);
    const auto has = [&](const auto& x) {
      const auto all = owners.all_of(x->name);
      return std::ranges::find(all, asked) != all.end();
    };
    const auto found = std::ranges::find_if(names_, has);
    if (found == names_.end()) return "error";
    caf::scoped_actor self{system_};
    const auto ask_it = [&] {
      return self->request(asked, std::chrono::minutes{5}, caf::get_atom::value, (*found)->name);
    };
    std::vector<std::pair<std::uint64_t, decltype(ask_it())>> open;
    for (const auto end = time_source::now() + time; time_source::now() < end;) {
      const auto at_least = (*found)->answered.load();
      open.emplace_back(at_least, ask_it());
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    std::size_t answers = 0;
    std::size_t stale = 0;
    for (auto& [at_least, answer] : open) {
      const auto least = at_least;
      answer.receive(
          [&](const stamped& x) {
            ++answers;
            stale += std::size_t{x.at < least};
          },
          [](const caf::error&) {});
    }
    std::ostringstream text;
    text << "asked " << open.size() << " answers " << answers << " stale " << stale;
    return text.str();
  }

private:
  static constexpr std::size_t names_of_writer = 200;

  struct written {
    explicit written(std::string x) : name(std::move(x)) {}

    std::string name;
    std::atomic<std::uint64_t> answered{0};  // when the last write that was answered was made
  };

  void write(std::size_t writer) {
    caf::scoped_actor self{system_};
    auto owners = owners_;
    for (std::size_t i = 0; !stopping_; ++i) {
      auto& x = *names_[writer * names_of_writer + i % names_of_writer];
      const auto value = stamped_now("value" + std::to_string(i));
      if (put(self, owners, x.name, value)) {
        x.answered = value.at;
        ++writes_;
      } else {
        ++unanswered_;
      }
    }
  }

  void read(std::size_t reader) {
    caf::scoped_actor self{system_};
    auto owners = owners_;
    std::minstd_rand random{static_cast<std::uint32_t>(reader + 1)};
    while (!stopping_) {
      const auto& x = *names_[random() % names_.size()];
      const auto at_least = x.answered.load();
      if (at_least == 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
        continue;
      }
      const auto begin = time_source::now();
      const auto got = get(self, owners, x.name, std::chrono::seconds{1});
      const auto took =
          std::chrono::duration_cast<std::chrono::milliseconds>(time_source::now() - begin);
      ++reads_;
      failed_ += std::uint64_t{!got};
      stale_ += std::uint64_t{got && got->at < at_least};
      for (auto most = slowest_.load(); took.count() > most;)
        if (slowest_.compare_exchange_weak(most, took.count())) break;
    }
  }

  void watch() {
    auto last = time_source::now();
    while (!stopping_) {
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
      const bool whole = view_.coverage(group_).keys_served() == std::uint64_t{1} << 32;
      const auto now = time_source::now();
      if (!whole)
        uncovered_ms_ =
            uncovered_ms_ + std::chrono::duration<double, std::milli>{now - last}.count();
      last = now;
    }
  }

  caf::actor_system& system_;
  scalesmall::node_view view_;
  std::string group_;
  scalesmall::owner_actors<> owners_;
  std::vector<std::unique_ptr<written>> names_;
  std::vector<std::thread> threads_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> reads_{0}, failed_{0}, stale_{0}, writes_{0}, unanswered_{0};
  std::atomic<std::int64_t> slowest_{0};
  std::atomic<double> uncovered_ms_{0};  // only the thread that watches changes it
};

}  // namespace sharded_kv
