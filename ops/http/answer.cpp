#include "ops/http/answer.hpp"

#include <algorithm>

#include "actors/persistence/checksum.hpp"

namespace scalesmall {

namespace {

std::string in_one_line(const json& x) {
  return x.dump(-1, ' ', false, json::error_handler_t::replace) + '\n';
}

}  // namespace

http_answer refusal(unsigned status, std::string_view code, std::string_view message) {
  return {status, in_one_line({{"error", {{"code", code}, {"message", message}}}})};
}

http_answer answer_of(const result<json, command_error>& outcome) {
  if (outcome) return {200, in_one_line(*outcome)};
  const auto& error = outcome.error();
  return refusal(status_of(error.code), to_string(error.code), error.message);
}

http_answer health_answer(bool well, std::string_view yes, std::string_view no) {
  return {well ? 200U : 503U, in_one_line({{"well", well}, {"why", well ? yes : no}})};
}

http_answer tagged(http_answer answer, const std::vector<std::string>& known) {
  constexpr std::size_t digits = 32;
  if (answer.status != 200) return answer;
  answer.tag = '"' + checksum(answer.body, "etag").substr(0, digits) + '"';
  const bool is_known =
      std::ranges::any_of(known, [&](const std::string& x) { return x == "*" || x == answer.tag; });
  if (is_known) {
    answer.status = 304;
    answer.body.clear();
  }
  return answer;
}

unsigned status_of(command_fault fault) noexcept {
  switch (fault) {
    case command_fault::unknown_command:
    case command_fault::not_found:
    case command_fault::unknown_group:
      return 404;
    case command_fault::invalid_argument:
      return 400;
    case command_fault::timeout:
    case command_fault::unavailable:
      return 503;
    case command_fault::not_kept:
      return 507;
    case command_fault::internal:
      break;
  }
  return 500;
}

}  // namespace scalesmall
