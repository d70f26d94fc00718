#include "ops/http/dispatch.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "ops/http/percent.hpp"
#include "ops/page/page_files.hpp"
#include "ops/verbs/verb_parameters.hpp"

namespace scalesmall {

namespace {

struct special_route {
  std::string_view method;
  std::array<std::string_view, 2> path;
  special_call::kind what;
};

constexpr special_route specials[]{
    {"GET", {"metrics", ""}, special_call::kind::metrics},
    {"GET", {"health", "live"}, special_call::kind::live},
    {"GET", {"health", "ready"}, special_call::kind::ready},
    {"POST", {"v1", "stop"}, special_call::kind::stop},
};

const special_route* find_special(const std::vector<std::string>& segments) {
  const auto same = [&](const special_route& x) {
    const std::size_t parts = x.path[1].empty() ? 1 : 2;
    return segments.size() == parts && segments[0] == x.path[0] &&
           (parts == 1 || segments[1] == x.path[1]);
  };
  const auto* found = std::ranges::find_if(specials, same);
  return found == std::end(specials) ? nullptr : found;
}

const page_file* find_page_file(const std::vector<std::string>& segments) {
  std::string path;
  for (const auto& x : segments) path += '/' + x;
  const auto files = page_files();
  const auto found = std::ranges::find(files, path, &page_file::path);
  return found == files.end() ? nullptr : &*found;
}

http_answer wrong_method(const std::vector<std::string_view>& methods) {
  std::string allow;
  for (const auto& method : methods)
    allow += (allow.empty() ? "" : ", ") + std::string{method == "GET" ? "GET, HEAD" : method};
  auto answer = refusal(405, "wrong_method", "this path takes " + allow);
  answer.allow = std::move(allow);
  return answer;
}

/// The page is given to everybody who may connect: a browser can send a token only once it has it.
http_answer answer_with(const page_file& file, std::string_view method,
                        const request_target& target) {
  if (method != "GET") return wrong_method({"GET"});
  if (!target.query.empty())
    return refusal(400, "invalid_argument", "the page takes no parameters");
  return {200, std::string{file.text}, file.content_type};
}

/// A word as a log may show it.
std::string printable_word(const word& x) {
  const bool plain = !x.text.empty() && std::ranges::all_of(x.text, [](char c) {
    return c > ' ' && c <= '~' && c != '"' && c != '\\';
  });
  if (plain) return x.text;
  return json(x.text).dump(-1, ' ', true, json::error_handler_t::replace);
}

/// The content of a file is a secret.
std::string line_of(const command& verb, const std::vector<word>& words) {
  std::string line{verb.name};
  if (verb.pattern.starts_with("FILE")) return line;
  for (const auto& x : words) line += ' ' + printable_word(x);
  return line;
}

/// The JSON of a body; null if it is empty, discarded if it is none.
json parse_body(const std::string& body) {
  return body.empty() ? json(nullptr) : json::parse(body, nullptr, false);
}

decision decide_verb(const verb_match& match, const request_target& target,
                     const std::string& text) {
  const auto body = parse_body(text);
  if (body.is_discarded()) return refusal(400, "invalid_argument", "the body is not JSON");
  const auto words = words_of(match, target.query, body);
  if (!words) return answer_of(words.error());
  auto given = parse_arguments(match.verb->pattern, *words);
  if (!given) return answer_of(given.error());
  return verb_call{match.verb, std::move(*given), match.verb->method != "GET",
                   line_of(*match.verb, *words)};
}

decision decide_special(const special_route& route, const request_target& target,
                        const std::string& text) {
  if (!target.query.empty())
    return refusal(400, "invalid_argument", "this request takes no parameters");
  const auto body = parse_body(text);
  if (body.is_discarded() || !(body.is_null() || body.is_object()))
    return refusal(400, "invalid_argument", "the body must be a JSON object");
  special_call call{route.what};
  if (body.is_object() && body.contains("leave")) {
    if (!body["leave"].is_boolean())
      return refusal(400, "invalid_argument", "leave: it must be true or false");
    call.leave = body["leave"].get<bool>();
  }
  return call;
}

}  // namespace

std::vector<std::pair<std::string_view, std::string>> special_paths() {
  std::vector<std::pair<std::string_view, std::string>> all;
  for (const auto& x : specials) {
    auto path = '/' + std::string{x.path[0]};
    if (!x.path[1].empty()) path += '/' + std::string{x.path[1]};
    all.emplace_back(x.method, std::move(path));
  }
  return all;
}

decision decide(const http_request& request, const access_policy& policy) {
  if (auto refused = judge_origin(request, policy)) return std::move(*refused);
  const auto target = parse_target(request.target);
  if (!target)
    return refusal(400, "invalid_argument", "the path or a parameter is not well encoded");
  const auto method = request.method == "HEAD" ? std::string{"GET"} : request.method;
  if (const auto* file = find_page_file(target->segments))
    return answer_with(*file, method, *target);
  const auto* special = find_special(target->segments);
  const auto verbs =
      special ? path_match{{}, {special->method}} : find_verb(method, target->segments);
  if (verbs.methods.empty()) return refusal(404, "not_found", "there is nothing at this path");
  if (std::ranges::find(verbs.methods, method) == verbs.methods.end())
    return wrong_method(verbs.methods);
  if (auto refused = judge_right(request, method != "GET", policy)) return std::move(*refused);
  return special ? decide_special(*special, *target, request.body)
                 : decide_verb(*verbs.found, *target, request.body);
}

}  // namespace scalesmall
