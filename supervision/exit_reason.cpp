#include <algorithm>
#include <array>
#include <scalesmall/supervision/exit_reason.hpp>

#include <caf/atom.hpp>
#include <caf/exit_reason.hpp>
#include <caf/message.hpp>
#include <caf/sec.hpp>

namespace scalesmall::supervision {

namespace {

constexpr auto category = caf::atom("supervisor");

bool is(const caf::error& reason, supervisor_error x) {
  return reason.category() == category && reason.code() == static_cast<std::uint8_t>(x);
}

std::string name_of(const caf::error& reason) {
  if (reason.category() == category) return to_string(static_cast<supervisor_error>(reason.code()));
  if (reason.category() == caf::atom("exit"))
    return to_string(static_cast<caf::exit_reason>(reason.code()));
  if (reason.category() == caf::atom("system"))
    return to_string(static_cast<caf::sec>(reason.code()));
  return caf::to_string(reason.category()) + ':' + std::to_string(reason.code());
}

/// make_error appends the name, which describe() puts in front.
bool ends_with_name(const caf::error& reason) {
  if (reason.category() != category) return false;
  const auto& context = reason.context();
  const auto last = context.size() - 1;
  return context.match_element<std::string>(last) &&
         context.get_as<std::string>(last) == name_of(reason);
}

std::string context_of(const caf::error& reason) {
  const auto& context = reason.context();
  auto size = context.size();
  if (size > 0 && ends_with_name(reason)) --size;
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    if (i > 0) text += ": ";
    if (context.match_element<std::string>(i))
      text += context.get_as<std::string>(i);
    else if (context.match_element<caf::error>(i))
      text += describe(context.get_as<caf::error>(i));
    else
      text += context.stringify(i);
  }
  // The text must stay on one line; an exception may have more.
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return text;
}

}  // namespace

std::string to_string(supervisor_error x) {
  static constexpr std::array names = {
      "none",
      "shutdown",
      "parent died",
      "failed to start child",
      "ignored",
      "start function returned no actor",
      "start function returned an actor that is a child already",
      "start timeout",
      "stuck",
      "not found",
      "running",
      "restarting",
      "already started",
      "already present",
      "simple_one_for_one",
      "not simple_one_for_one",
      "too many children",
      "supervisor not running",
      "too many messages parked during a restart",
      "out of resources",
      "invalid id",
      "duplicate id",
      "missing start function",
      "invalid restart type",
      "invalid shutdown time",
      "invalid child type",
      "invalid start timeout",
      "a permanent child cannot be significant",
      "a significant child needs auto_shutdown",
      "invalid strategy",
      "invalid intensity",
      "invalid period",
      "invalid auto_shutdown",
      "simple_one_for_one takes exactly one child specification",
      "invalid max_children",
      "invalid kill timeout",
      "invalid resource wait",
  };
  static_assert(names.size() ==
                static_cast<std::size_t>(supervisor_error::invalid_resource_wait) + 1);
  const auto i = static_cast<std::size_t>(x);
  return i < names.size() ? names[i] : "unknown error";
}

exit_kind classify(const caf::error& reason) {
  if (!reason) return exit_kind::normal;
  if (reason == caf::exit_reason::user_shutdown || is(reason, supervisor_error::shutdown) ||
      is(reason, supervisor_error::failed_to_start_child))
    return exit_kind::shutdown;
  return exit_kind::abnormal;
}

bool is_for_want_of_resources(const caf::error& reason) {
  if (!reason) return false;
  if (is(reason, supervisor_error::out_of_resources)) return true;
  if (!is(reason, supervisor_error::failed_to_start_child)) return false;
  const auto& context = reason.context();
  return context.size() > 1 && context.match_element<caf::error>(1) &&
         is_for_want_of_resources(context.get_as<caf::error>(1));
}

caf::error shutdown_because(std::string why) {
  return caf::make_error(supervisor_error::shutdown, std::move(why));
}

std::string describe(const caf::error& reason) {
  if (!reason) return "normal";
  auto context = context_of(reason);
  if (context.empty()) return name_of(reason);
  if (reason == caf::sec::runtime_error) return context;
  return name_of(reason) + ": " + context;
}

}  // namespace scalesmall::supervision
