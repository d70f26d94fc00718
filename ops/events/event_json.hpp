#pragma once

#include <chrono>
#include <scalesmall/group_event.hpp>
#include <scalesmall/key_ring.hpp>
#include <scalesmall/supervision/report.hpp>
#include <string>
#include <string_view>

#include "ops/verbs/commands.hpp"

/// What happens, as JSON.
namespace scalesmall {

/// "2026-11-30T13:35:40.123Z"
[[nodiscard]] std::string utc_milliseconds(std::chrono::nanoseconds since_1970);

[[nodiscard]] json to_json(const range_owner& x);

/// {"event":"range_added","member":...}
[[nodiscard]] json to_json(const group_event& x);

/// {"event":"failed","path":...,"reason":...,"took_ms":...}; without a reason it is null.
[[nodiscard]] json to_json(const supervision::report& x);

/// The keys by their fingerprints.
[[nodiscard]] json to_json(const key_ring& x);

/// One line, with the time as its first field; bytes that are no UTF-8 are replaced.
[[nodiscard]] std::string event_line(std::chrono::nanoseconds since_1970, const json& x);

}  // namespace scalesmall
