#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <rapidcheck.h>

#include "messages/gossip.hpp"

/// RapidCheck generators of records: any valid value, with small and extreme numbers alike. Few
/// different addresses, so that records of one run meet. Include this to draw records by
/// `*rc::gen::arbitrary<message>()`. They are compiled once, in generators.cpp.

namespace scalesmall::generators {

rc::Gen<std::uint32_t> number();

/// Lists that ascend strictly by a key.
template <class T, class Key>
rc::Gen<std::vector<T>> ascending_by(rc::Gen<T> one, Key key) {
  return rc::gen::map(rc::gen::container<std::vector<T>>(std::move(one)),
                      [key](std::vector<T> all) {
                        std::ranges::stable_sort(all, {}, key);
                        const auto same = [&](const T& a, const T& b) {
                          return std::invoke(key, a) == std::invoke(key, b);
                        };
                        all.erase(std::unique(all.begin(), all.end(), same), all.end());
                        return all;
                      });
}

template <class T>
rc::Gen<std::vector<T>> ascending(rc::Gen<T> one) {
  return ascending_by(std::move(one), std::identity{});
}

rc::Gen<std::string> group_name();

}  // namespace scalesmall::generators

namespace scalesmall {

// RapidCheck prints counterexamples with this.
template <class T>
requires requires(const T& x) {
  { to_string(x) } -> std::convertible_to<std::string>;
}
void showValue(const T& x, std::ostream& out) { out << to_string(x); }

}  // namespace scalesmall

namespace rc {

template <>
struct Arbitrary<scalesmall::ip_address> {
  static Gen<scalesmall::ip_address> arbitrary();
};

template <>
struct Arbitrary<scalesmall::net_id> {
  static Gen<scalesmall::net_id> arbitrary();
};

template <>
struct Arbitrary<scalesmall::stamp> {
  static Gen<scalesmall::stamp> arbitrary();
};

template <>
struct Arbitrary<scalesmall::local_clock> {
  static Gen<scalesmall::local_clock> arbitrary();
};

template <>
struct Arbitrary<scalesmall::broadcast_id> {
  static Gen<scalesmall::broadcast_id> arbitrary();
};

template <>
struct Arbitrary<scalesmall::key_range> {
  static Gen<scalesmall::key_range> arbitrary();
};

template <>
struct Arbitrary<scalesmall::key_set> {
  static Gen<scalesmall::key_set> arbitrary();
};

template <>
struct Arbitrary<scalesmall::timed_item> {
  static Gen<scalesmall::timed_item> arbitrary();
};

template <>
struct Arbitrary<scalesmall::timed_set> {
  static Gen<scalesmall::timed_set> arbitrary();
};

template <>
struct Arbitrary<scalesmall::world_clock> {
  static Gen<scalesmall::world_clock> arbitrary();
};

template <>
struct Arbitrary<scalesmall::message> {
  static Gen<scalesmall::message> arbitrary();
};

template <>
struct Arbitrary<scalesmall::group_digest> {
  static Gen<scalesmall::group_digest> arbitrary();
};

template <>
struct Arbitrary<scalesmall::digest> {
  static Gen<scalesmall::digest> arbitrary();
};

template <>
struct Arbitrary<scalesmall::silence> {
  static Gen<scalesmall::silence> arbitrary();
};

template <>
struct Arbitrary<scalesmall::application_batch> {
  static Gen<scalesmall::application_batch> arbitrary();
};

template <>
struct Arbitrary<scalesmall::gossip> {
  static Gen<scalesmall::gossip> arbitrary();
};

}  // namespace rc
