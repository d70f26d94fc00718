#pragma once

#include <scalesmall/fault.hpp>
#include <utility>
#include <variant>

namespace scalesmall {

/// A value, or the reason why there is none. Access to the one that is absent throws
/// std::bad_variant_access. Several threads may share a result as long as none writes.
template <class T, class E = fault>
class [[nodiscard]] result {
public:
  using value_type = T;
  using error_type = E;

  // Implicit, so that a function can return a value or an error as it is.
  result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  result(E error) : content_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const noexcept { return content_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] T& value() & { return std::get<0>(content_); }
  [[nodiscard]] const T& value() const& { return std::get<0>(content_); }
  [[nodiscard]] T&& value() && { return std::get<0>(std::move(content_)); }
  [[nodiscard]] const E& error() const { return std::get<1>(content_); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  friend bool operator==(const result&, const result&) = default;

private:
  std::variant<T, E> content_;
};

/// The value of a result that says only that a call worked.
struct success {
  friend bool operator==(success, success) = default;
};

}  // namespace scalesmall
