#include "apps/service/running_settings.hpp"

#include <algorithm>
#include <utility>

#include "actors/peers/add_seed.hpp"
#include "apps/config/setting_changes.hpp"
#include "ops/files/key_file.hpp"
#include "ops/verbs/command_error.hpp"

namespace scalesmall {

spdlog::level::level_enum level_of(const options& given) {
  const auto* usual = given.mode == program_mode::shell ? "warn" : "info";
  return spdlog::level::from_str(given.log_level.value_or(usual));
}

running_settings::running_settings(options given,
                                   std::function<result<options, bad_options>()> read, node& host,
                                   std::shared_ptr<spdlog::logger> log)
    : given_(std::move(given)), read_(std::move(read)), host_(host), log_(std::move(log)) {}

result<std::vector<std::string>, std::string> running_settings::reload() {
  const std::scoped_lock lock{mutex_};
  auto changes = take();
  if (!changes) log_->warn("nothing is read again: {}", changes.error());
  return changes;
}

result<std::vector<std::string>, std::string> running_settings::take() {
  const auto read = read_();
  if (!read) return read.error().sentence;
  std::optional<key_ring> keys;
  if (!read->key_file.empty() && takes_key_file(given_, *read)) {
    auto found = read_key_file(read->key_file);
    if (!found) return "--key-file: " + found.error().sentence;
    keys.emplace(*found);
  }
  auto changes = changes_of(given_, *read);
  if (given_.peers != read->peers) {
    node_config seeds;
    for (const auto& peer : read->peers) add_seed(seeds, peer);
    const auto used = host_.use_seeds(std::move(seeds.peers), std::move(seeds.named_peers));
    if (!used) return describe(used.error()).message;
  }
  if (keys) {
    const auto now = *keys;
    const auto before = host_.keys().replace(std::move(*keys));
    std::ranges::copy(changes_of(*before, now), std::back_inserter(changes));
  }
  const bool other_level = level_of(given_) != level_of(*read);
  given_ = taken(std::move(given_), *read);
  // The lines are of interest by the former level, or by the new one.
  if (other_level) log_->set_level(std::min(log_->level(), level_of(given_)));
  for (const auto& line : changes) log_->info("settings: {}", line);
  if (changes.empty()) log_->info("settings: nothing has changed");
  if (other_level) {
    log_->set_level(level_of(given_));
    ++levels_taken_;
  }
  return changes;
}

program_calls running_settings::calls() {
  return {[this](const key_ring& ring) { return save_keys(ring); }, [this] { return reload(); }};
}

std::function<void()> running_settings::set_log_level(spdlog::level::level_enum level) {
  const std::scoped_lock lock{mutex_};
  const auto former = log_->level();
  log_->set_level(level);
  return [this, former, taken = levels_taken_] {
    const std::scoped_lock again{mutex_};
    if (levels_taken_ == taken) log_->set_level(former);
  };
}

result<done, std::string> running_settings::save_keys(const key_ring& keys) {
  const std::scoped_lock lock{mutex_};
  if (given_.key_file.empty()) return std::string{"this node was started without a key file"};
  const auto written = write_key_file(given_.key_file, keys);
  if (!written) return written.error().sentence;
  log_->info("the key file \"{}\" is written", given_.key_file);
  return done{};
}

}  // namespace scalesmall
