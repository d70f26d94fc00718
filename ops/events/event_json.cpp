#include "ops/events/event_json.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <scalesmall/supervision/exit_reason.hpp>
#include <variant>

#include "ops/verbs/render.hpp"

namespace scalesmall {

namespace {

json with_clock(json x, const stamp& at) {
  x["incarnation"] = at.incarnation;
  x["clock"] = at.counter;
  return x;
}

json of_member(const char* event, const net_id& member, const stamp& at) {
  return with_clock({{"event", event}, {"member", to_string(member)}}, at);
}

json of_range(const char* event, const range_owner& what, const stamp& at) {
  json x{{"event", event}};
  x.update(to_json(what));
  return with_clock(std::move(x), at);
}

struct event_json {
  json operator()(const member_joined& x) const {
    return of_member("member_joined", x.member, x.at);
  }
  json operator()(const member_left& x) const { return of_member("member_left", x.member, x.at); }
  json operator()(const range_added& x) const { return of_range("range_added", x.what, x.at); }
  json operator()(const range_removed& x) const { return of_range("range_removed", x.what, x.at); }
  json operator()(const member_unreachable& x) const {
    return of_member("member_unreachable", x.member, x.at);
  }
  json operator()(const member_reachable& x) const {
    return of_member("member_reachable", x.member, x.at);
  }
};

constexpr std::array report_names{"started", "start_failed", "restarted", "ended",   "failed",
                                  "stopped", "stop_failed",  "stuck",     "gave_up", "waiting"};
static_assert(report_names.size() ==
              static_cast<std::size_t>(supervision::report::kind::waiting) + 1);

}  // namespace

std::string utc_milliseconds(std::chrono::nanoseconds since_1970) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_1970);
  const auto rest = std::chrono::floor<std::chrono::milliseconds>(since_1970 - seconds).count();
  std::array<char, 8> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>(rest));
  auto text = utc_text(seconds.count());
  text.pop_back();
  return text + fraction.data();
}

json to_json(const range_owner& x) {
  return {{"member", to_string(x.member)},
          {"start", x.range.start_range},
          {"end", x.range.end_range},
          {"port", x.port}};
}

json to_json(const group_event& x) { return std::visit(event_json{}, x); }

json to_json(const supervision::report& x) {
  const auto milliseconds = std::chrono::duration<double, std::milli>(x.took).count();
  return {{"event", report_names.at(static_cast<std::size_t>(x.what))},
          {"path", x.path},
          {"reason", x.reason ? json(supervision::describe(x.reason)) : json(nullptr)},
          {"took_ms", std::round(milliseconds * 1'000) / 1'000}};
}

json to_json(const key_ring& x) {
  auto list = json::array();
  for (const auto& key : x.keys())
    list.push_back({{"fingerprint", key->fingerprint()}, {"primary", key == x.primary()}});
  return list;
}

std::string event_line(std::chrono::nanoseconds since_1970, const json& x) {
  json all{{"time", utc_milliseconds(since_1970)}};
  all.update(x);
  return all.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace scalesmall
