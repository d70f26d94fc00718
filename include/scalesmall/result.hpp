#pragma once

#include <scalesmall/fault.hpp>
#include <utility>
#include <variant>

namespace scalesmall {

/// A value or the reason why there is none. Asking for the one that is not there throws
/// std::bad_variant_access.
template <class T, class E = fault>
class [[nodiscard]] result {
public:
  using value_type = T;
  using error_type = E;

  result(T value)
      : content_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: a value is a result
  result(E error) : content_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: so is an error

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

/// The value of a function that has nothing to say but that it worked.
struct success {
  friend bool operator==(success, success) = default;
};

}  // namespace scalesmall
