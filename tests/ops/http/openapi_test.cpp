#include <fstream>
#include <map>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "ops/http/dispatch.hpp"
#include "ops/verbs/verb_parameters.hpp"

namespace scalesmall {

namespace {

using described_parameters = std::set<verb_parameter>;
/// By method and path.
using described_routes = std::map<std::string, described_parameters>;

std::string lower_word(std::string_view text) {
  std::string low;
  for (const char c : text) low += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return low;
}

json read_openapi() {
  std::ifstream file{SCALESMALL_SOURCE_DIR "/docs/openapi.json"};
  REQUIRE(file);
  return json::parse(file);
}

const json& resolved(const json& whole, const json& x) {
  if (!x.contains("$ref")) return x;
  return whole.at(json::json_pointer{x.at("$ref").get<std::string>().substr(1)});
}

described_parameters parameters_of_operation(const json& whole, const json& operation) {
  using enum verb_parameter::place;
  described_parameters found;
  for (const auto& x : operation.value("parameters", json::array())) {
    const auto& described = resolved(whole, x);
    const bool in_path = described.at("in") == "path";
    found.insert({lower_word(described.at("name").get<std::string>()), in_path ? path : query,
                  described.at("required").get<bool>()});
  }
  if (!operation.contains("requestBody")) return found;
  const auto& schema =
      operation.at(json::json_pointer{"/requestBody/content/application~1json/schema"});
  const auto& required = schema.at("required");
  for (const auto& [name, kind] : schema.at("properties").items())
    found.insert({name, body, std::ranges::find(required, json(name)) != required.end()});
  return found;
}

described_routes routes_of_file(const json& whole) {
  described_routes routes;
  for (const auto& [path, operations] : whole.at("paths").items()) {
    for (const auto& [method, operation] : operations.items())
      routes.emplace(method + ' ' + path, parameters_of_operation(whole, operation));
  }
  return routes;
}

described_routes routes_of_table() {
  described_routes routes;
  for (const auto& x : all_commands()) {
    if (x.path.empty()) continue;
    const auto all = parameters_of_verb(x);
    routes.emplace(lower_word(x.method) + ' ' + std::string{x.path},
                   described_parameters{all.begin(), all.end()});
  }
  return routes;
}

}  // namespace

TEST_CASE("the OpenAPI file describes the routes of all verbs, and no others") {
  const auto whole = read_openapi();
  auto described = routes_of_file(whole);
  for (const auto& [method, path] : special_paths()) {
    const auto route = lower_word(method) + ' ' + path;
    CHECK_MESSAGE(described.erase(route) == 1, route);
  }
  for (const auto& x : routes_of_table()) {
    const auto& route = x.first;
    const auto& told = x.second;
    REQUIRE_MESSAGE(described.contains(route), route);
    CHECK_MESSAGE(described.at(route) == told, route);
    described.erase(route);
  }
  for (const auto& [route, told] : described) FAIL_CHECK("there is no " << route);
}

TEST_CASE("the OpenAPI file names operations once, with the words of the table") {
  const auto whole = read_openapi();
  std::set<std::string> names;
  for (const auto& [path, operations] : whole.at("paths").items()) {
    for (const auto& [method, operation] : operations.items())
      CHECK(names.insert(operation.at("operationId").get<std::string>()).second);
  }
  for (const auto& x : all_commands()) {
    if (x.path.empty()) continue;
    auto name = std::string{x.name};
    std::ranges::replace(name, ' ', '_');
    CHECK_MESSAGE(names.contains(name), name);
  }
}

}  // namespace scalesmall
