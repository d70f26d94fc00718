#pragma once

#include <scalesmall/call_answers.hpp>
#include <scalesmall/result.hpp>
#include <scalesmall/supervision/caf_version.hpp>
#include <string>
#include <type_traits>
#include <utility>

#include <caf/error.hpp>
#include <caf/expected.hpp>
#include <caf/sec.hpp>

namespace scalesmall {

/// A result of this library as CAF's own type. A `done` becomes a caf::expected<void>, a
/// call_error the error that the node's actors answer with. Any other error becomes
/// caf::sec::runtime_error with the text that result::value() would throw.
template <class T, class E>
[[nodiscard]] auto to_expected(result<T, E> x) {
  using value = std::conditional_t<std::is_same_v<T, done>, void, T>;
  using expected = caf::expected<value>;
  if (!x) {
    if constexpr (std::is_same_v<E, call_error>)
      return expected{make_error(x.error())};
    else
      return expected{
          caf::make_error(caf::sec::runtime_error, std::string{detail::text_of(x.error())})};
  }
  if constexpr (std::is_void_v<value>)
    return expected{caf::unit};
  else
    return expected{*std::move(x)};
}

}  // namespace scalesmall
