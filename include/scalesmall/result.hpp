#pragma once

#include <scalesmall/fault.hpp>
#include <string>
#include <utility>
#include <variant>

namespace scalesmall {

/// Thrown by result::value(): its text is that of the error.
class bad_result : public std::bad_variant_access {
public:
  explicit bad_result(std::string text) : text_(std::move(text)) {}
  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }

private:
  std::string text_;
};

namespace detail {

template <class E>
std::string text_of(const E& error) {
  if constexpr (requires { std::string{error.text}; })
    return error.text;
  else if constexpr (requires { std::string{to_string(error)}; })
    return std::string{to_string(error)};
  else
    return "there is an error instead of a value";
}

}  // namespace detail

/// A value, or the reason why there is none. value() throws bad_result with the error's text if
/// there is none; error() throws std::bad_variant_access if there is a value. Several threads may
/// share a result as long as none writes.
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

  [[nodiscard]] T& value() & { return need_value(), *std::get_if<0>(&content_); }
  [[nodiscard]] const T& value() const& { return need_value(), *std::get_if<0>(&content_); }
  [[nodiscard]] T&& value() && { return need_value(), std::move(*std::get_if<0>(&content_)); }
  [[nodiscard]] const E& error() const { return std::get<1>(content_); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  friend bool operator==(const result&, const result&) = default;

private:
  void need_value() const {
    if (const auto* error = std::get_if<1>(&content_)) throw bad_result{detail::text_of(*error)};
  }

  std::variant<T, E> content_;
};

/// The value of a result, and the answer of an actor, that says only that a call is carried out.
struct done {
  friend bool operator==(done, done) = default;
};

}  // namespace scalesmall
