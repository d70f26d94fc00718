#include "actors/persistence/state_store.hpp"

#include <new>
#include <utility>

#include "actors/persistence/checksum.hpp"
#include "actors/persistence/state_names.hpp"

namespace scalesmall {

namespace {

found_file read_file(posix_directory& in, const std::string& name, std::size_t bytes_max) {
  auto text = in.read(name, bytes_max);
  if (!text) return {std::nullopt, text.error()};
  return {std::move(*text), {}};
}

}  // namespace

start_plan state_store::read(const node_identity& self, std::chrono::seconds now,
                             std::chrono::milliseconds forget) {
  found_state found;
  found.self = read_file(directory_, self_file, own_state_bytes_max);
  found.former_self = read_file(directory_, former(self_file), own_state_bytes_max);
  found.peers = read_file(directory_, peers_file, peers_state_bytes_max);
  found.former_peers = read_file(directory_, former(peers_file), peers_state_bytes_max);
  auto plan = plan_start(found, self, now, forget);
  for (const auto& name : plan.unusable) {
    const auto aside = set_aside(directory_, name, now);
    plan.warnings.push_back(aside ? "the file " + name + " is kept as " + *aside
                                  : "the file " + name +
                                        " cannot be set aside: " + aside.error().message());
  }
  return plan;
}

std::error_code state_store::write(const own_state& x) {
  return save(directory_, self_file, to_text(x));
}

void state_store::write_later(const char* file, std::function<std::string()> make_text,
                              ended then) {
  std::unique_lock lock{mutex_};
  if (closed_) {
    lock.unlock();
    return then(std::make_error_code(std::errc::operation_canceled));
  }
  if (!thread_.joinable()) thread_ = std::thread{[this] { run(); }};
  queue_.push_back({file, std::move(make_text), std::move(then)});
  lock.unlock();
  changed_.notify_one();
}

std::error_code state_store::carry_out(const work& x) {
  try {
    return save(directory_, x.file, x.make_text());
  } catch (const std::bad_alloc&) {
    return std::make_error_code(std::errc::not_enough_memory);
  }
}

void state_store::run() {
  std::unique_lock lock{mutex_};
  for (;;) {
    changed_.wait(lock, [this] { return closed_ || !queue_.empty(); });
    if (queue_.empty()) return;
    auto all = std::exchange(queue_, {});
    lock.unlock();
    for (const auto& each : all) each.then(carry_out(each));
    all.clear();
    lock.lock();
  }
}

void state_store::close() {
  {
    const std::lock_guard lock{mutex_};
    if (std::exchange(closed_, true)) return;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
  directory_.close();
}

std::string machine_fingerprint() {
  posix_directory etc{"/etc"};
  const auto id = etc.read("machine-id", 1'000);
  if (!id || id->empty()) return {};
  return checksum(*id, "scalesmall machine").substr(0, 32);
}

}  // namespace scalesmall
