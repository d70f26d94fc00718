#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "actors/persistence/state_files.hpp"

namespace scalesmall {

/// A directory in memory that loses what was not synced when the power fails, and fails on request.
class fake_directory final : public state_directory {
public:
  using files = std::map<std::string, std::string>;

  /// What the disk makes of a content that was not synced.
  enum class torn : std::uint8_t { whole, half, empty, nul };

  std::size_t operations = 0;  ///< so many took place
  /// Called with the number of each operation, from 0, before it takes place.
  std::function<std::error_code(std::size_t)> fails = [](std::size_t) { return std::error_code{}; };
  std::size_t append_max = SIZE_MAX;  ///< a single append takes no more
  std::size_t syncs = 0;

  [[nodiscard]] const files& content() const noexcept { return now_; }
  void put(const std::string& name, std::string text) {
    now_[name] = std::move(text);
    disk_ = now_;
  }

  /// In how many ways power_cut may choose among the changes of names that were not synced.
  [[nodiscard]] std::size_t choices() const { return std::size_t{1} << pending_.size(); }

  /// What is there when the power is back. The disk has made those changes of names that the bits
  /// of `choice` say, and `how` of the contents that were not synced.
  [[nodiscard]] files power_cut(std::size_t choice, torn how) const {
    auto left = disk_;
    for (std::size_t i = 0; i < pending_.size(); ++i) {
      if ((choice >> i & 1) == 0) continue;
      pending_[i](left);
    }
    for (auto& [name, text] : left) {
      if (!unsynced_ || name != *unsynced_) continue;
      if (how == torn::half) text.resize(text.size() / 2);
      if (how == torn::empty) text.clear();
      if (how == torn::nul) std::ranges::fill(text, '\0');
    }
    return left;
  }

  result<std::string, std::error_code> read(const std::string& name,
                                            std::size_t bytes_max) override {
    if (const auto failed = begin()) return failed;
    const auto found = now_.find(name);
    if (found == now_.end()) return std::make_error_code(std::errc::no_such_file_or_directory);
    if (found->second.size() > bytes_max) return std::make_error_code(std::errc::file_too_large);
    return found->second;
  }
  std::error_code create(const std::string& name) override {
    if (const auto failed = begin()) return failed;
    now_[name].clear();
    unsynced_ = name;
    pending_.push_back([this, name](files& x) { x[name] = now_.contains(name) ? now_[name] : ""; });
    return {};
  }
  result<std::size_t, std::error_code> append(std::string_view bytes) override {
    if (const auto failed = begin()) return failed;
    const auto some = bytes.substr(0, append_max);
    now_[*unsynced_] += some;
    return some.size();
  }
  std::error_code sync_file() override {
    if (const auto failed = begin()) return failed;
    ++syncs;
    const auto name = *unsynced_;
    unsynced_.reset();
    pending_.back() = [name, text = now_[name]](files& x) { x[name] = text; };
    return {};
  }
  std::error_code link(const std::string& from, const std::string& to) override {
    if (const auto failed = begin()) return failed;
    if (!now_.contains(from)) return std::make_error_code(std::errc::no_such_file_or_directory);
    if (now_.contains(to)) return std::make_error_code(std::errc::file_exists);
    change([from, to](files& x) {
      if (x.contains(from)) x.try_emplace(to, x[from]);
    });
    return {};
  }
  std::error_code rename(const std::string& from, const std::string& to) override {
    if (const auto failed = begin()) return failed;
    if (!now_.contains(from)) return std::make_error_code(std::errc::no_such_file_or_directory);
    change([from, to](files& x) {
      if (!x.contains(from)) return;
      x[to] = x[from];
      x.erase(from);
    });
    return {};
  }
  std::error_code remove(const std::string& name) override {
    if (const auto failed = begin()) return failed;
    if (!now_.contains(name)) return std::make_error_code(std::errc::no_such_file_or_directory);
    change([name](files& x) { x.erase(name); });
    return {};
  }
  std::error_code sync_directory() override {
    if (const auto failed = begin()) return failed;
    ++syncs;
    for (const auto& each : pending_) each(disk_);
    pending_.clear();
    return {};
  }

private:
  std::error_code begin() { return fails(operations++); }

  void change(std::function<void(files&)> what) {
    what(now_);
    pending_.push_back(std::move(what));
  }

  files now_;
  files disk_;
  std::vector<std::function<void(files&)>> pending_;  // changes of names that were not synced
  std::optional<std::string> unsynced_;
};

}  // namespace scalesmall
