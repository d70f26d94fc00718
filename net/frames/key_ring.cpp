#include <algorithm>
#include <scalesmall/key_ring.hpp>
#include <stdexcept>

namespace scalesmall {

namespace {

std::vector<key_ptr>::const_iterator find(const std::vector<key_ptr>& keys,
                                          std::string_view fingerprint) {
  return std::ranges::find_if(
      keys, [&](const key_ptr& key) { return key->fingerprint() == fingerprint; });
}

}  // namespace

std::string_view to_string(key_error x) noexcept {
  switch (x) {
    case key_error::unknown:
      return "unknown";
    case key_error::primary:
      return "primary";
    case key_error::last:
      return "last";
    case key_error::too_many:
      break;
  }
  return "too_many";
}

key_ring::key_ring(const std::vector<key_ptr>& keys) {
  if (!add(keys)) throw std::length_error("key_ring: too many keys");
  if (!keys_.empty()) primary_ = keys_.front();
}

result<done, key_error> key_ring::add(const std::vector<key_ptr>& keys) {
  auto all = keys_;
  for (const auto& key : keys) {
    if (find(all, key->fingerprint()) == all.end()) all.push_back(key);
  }
  if (all.size() > keys_max) return key_error::too_many;
  keys_ = std::move(all);
  return done{};
}

result<done, key_error> key_ring::use(std::string_view fingerprint) {
  const auto key = find(keys_, fingerprint);
  if (key == keys_.end()) return key_error::unknown;
  primary_ = *key;
  return done{};
}

result<done, key_error> key_ring::remove(std::string_view fingerprint) {
  const auto key = find(keys_, fingerprint);
  if (key == keys_.end()) return key_error::unknown;
  if (keys_.size() == 1) return key_error::last;
  if (*key == primary_) return key_error::primary;
  keys_.erase(key);
  return done{};
}

}  // namespace scalesmall
