#include "ops/verbs/verb_parameters.hpp"

#include <algorithm>
#include <cctype>

#include "ops/http/percent.hpp"

namespace scalesmall {

namespace {

command_error invalid_parameter(std::string message) {
  return {command_fault::invalid_argument, std::move(message)};
}

std::string lower_case(std::string_view text) {
  std::string low{text};
  for (auto& c : low) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return low;
}

std::string parameter_name(std::string_view placeholder, std::string_view option, bool repeated) {
  if (!option.empty()) {
    std::string name{option.substr(2)};
    std::ranges::replace(name, '-', '_');
    return name;
  }
  if (placeholder == "HOST:PORT") return "peers";
  if (placeholder == "FILE") return "keys";
  if (placeholder == "FROM..TO") return repeated ? "ranges" : "range";
  return lower_case(placeholder);
}

/// The parameters of a pattern. What it names once and then again, repeated, is one list.
std::vector<slot> parameters_of(std::string_view pattern) {
  std::vector<slot> all;
  for (const auto& x : slots_of(pattern)) {
    if (x.repeated && !all.empty() && all.back().name == x.name && all.back().option.empty()) {
      all.back().repeated = true;
    } else {
      all.push_back(x);
    }
  }
  return all;
}

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  while (path.starts_with('/')) {
    const auto end = path.find('/', 1);
    parts.push_back(path.substr(1, end == path.npos ? end : end - 1));
    path.remove_prefix(end == path.npos ? path.size() : end);
  }
  return parts;
}

/// Whether a part of a request's path is this one of a verb's path. Adds the placeholders in it,
/// which are separated by a dash if there are two.
bool matches(std::string_view part, std::string_view segment, parameters& found) {
  if (!part.starts_with('{')) return part == segment;
  while (!part.empty()) {
    const auto end = part.find('}');
    const auto name = part.substr(1, end - 1);
    part.remove_prefix(end + 1);
    const auto value = segment.substr(0, part.empty() ? segment.npos : segment.find('-'));
    found.emplace_back(lower_case(name), value);
    segment.remove_prefix(value.size());
    if (part.empty()) break;
    if (segment.empty()) return false;
    part.remove_prefix(1);
    segment.remove_prefix(1);
  }
  return segment.empty();
}

bool takes_body(std::string_view method) { return method == "PUT" || method == "POST"; }

/// The texts of a field of a JSON object; nothing if it is of another kind.
std::optional<std::vector<std::string>> texts_of(const json& field) {
  if (field.is_string()) return std::vector{field.get<std::string>()};
  if (field.is_boolean() || field.is_number_unsigned()) return std::vector{field.dump()};
  if (!field.is_array()) return {};
  std::vector<std::string> all;
  for (const auto& x : field) {
    if (!x.is_string()) return {};
    all.push_back(x.get<std::string>());
  }
  return all;
}

/// The parameters of one request, by name.
class given_parameters {
public:
  void add(const std::string& name, std::string value) {
    values_.emplace_back(name, std::move(value));
  }

  [[nodiscard]] std::vector<std::string> all(std::string_view name) const {
    std::vector<std::string> found;
    for (const auto& [n, value] : values_) {
      if (n == name) found.push_back(value);
    }
    return found;
  }

  [[nodiscard]] const parameters& values() const { return values_; }

private:
  parameters values_;
};

result<given_parameters, command_error> collect(const verb_match& match, const parameters& query,
                                                const json& body) {
  given_parameters given;
  for (const auto& [name, value] : match.parameters) given.add(name, value);
  for (const auto& [name, value] : query) given.add(name, value);
  if (body.is_null()) return given;
  if (!body.is_object()) return invalid_parameter("the body must be a JSON object");
  for (const auto& slot : parameters_of(match.verb->pattern)) {
    const auto name = parameter_name(slot.name, slot.option, slot.repeated);
    const auto field = body.find(name);
    if (field == body.end()) continue;
    const auto texts = texts_of(*field);
    if (!texts || (!slot.repeated && field->is_array()))
      return invalid_parameter(name + ": a value of this kind is not allowed");
    for (const auto& text : *texts) given.add(name, text);
  }
  return given;
}

/// Appends the words for one slot.
std::optional<command_error> append_words(const slot& x, const given_parameters& given,
                                          std::vector<word>& words) {
  const auto name = parameter_name(x.name, x.option, x.repeated);
  const auto values = given.all(name);
  if (values.size() > 1 && !x.repeated)
    return invalid_parameter(name + ": the parameter is given twice");
  if (x.name.empty()) {
    if (values.empty() || values[0] == "false") return {};
    if (values[0] != "true") return invalid_parameter(name + ": it must be true or false");
    words.push_back({std::string{x.option}});
    return {};
  }
  if (name == "key") {
    const auto texts = given.all("text");
    if (texts.size() + values.size() > 1)
      return invalid_parameter("key and text are one parameter");
    if (!texts.empty()) words.push_back({texts[0], true});
    if (!values.empty()) words.push_back({values[0]});
    return {};
  }
  if (!x.option.empty() && !values.empty()) words.push_back({std::string{x.option}});
  for (const auto& value : values) words.push_back({value, true});
  return {};
}

bool is_parameter_of(const command& verb, const std::string& name) {
  return std::ranges::any_of(parameters_of(verb.pattern), [&](const slot& x) {
    const auto known = parameter_name(x.name, x.option, x.repeated);
    return known == name || (known == "key" && name == "text");
  });
}

}  // namespace

path_match find_verb(std::string_view method, const std::vector<std::string>& segments) {
  path_match answer;
  for (const auto& verb : all_commands()) {
    const auto parts = parts_of(verb.path);
    verb_match match{&verb};
    bool same = !parts.empty() && parts.size() == segments.size();
    for (std::size_t i = 0; same && i < parts.size(); ++i)
      same = matches(parts[i], segments[i], match.parameters);
    if (!same) continue;
    answer.methods.push_back(verb.method);
    if (verb.method == method) answer.found = std::move(match);
  }
  return answer;
}

std::vector<verb_parameter> parameters_of_verb(const command& verb) {
  using enum verb_parameter::place;
  std::vector<verb_parameter> all;
  for (const auto& x : parameters_of(verb.pattern)) {
    auto name = parameter_name(x.name, x.option, x.repeated);
    if (name == "key") {
      all.push_back({"key", query});
      all.push_back({"text", query});
      continue;
    }
    const bool in_path = !x.name.empty() && x.option.empty() &&
                         verb.path.find('{' + std::string{x.name} + '}') != verb.path.npos;
    all.push_back({std::move(name),
                   in_path                   ? path
                   : takes_body(verb.method) ? body
                                             : query,
                   !x.optional});
  }
  return all;
}

result<std::vector<word>, command_error> words_of(const verb_match& match, const parameters& query,
                                                  const json& body) {
  for (const auto& [name, value] : query) {
    if (!is_parameter_of(*match.verb, name))
      return invalid_parameter('"' + name + "\" is no parameter of this request");
  }
  const auto given = collect(match, query, body);
  if (!given) return given.error();
  std::vector<word> words;
  for (const auto& slot : parameters_of(match.verb->pattern)) {
    const auto before = words.size();
    if (auto wrong = append_words(slot, *given, words)) return std::move(*wrong);
    if (words.size() == before && !slot.optional)
      return invalid_parameter(parameter_name(slot.name, slot.option, slot.repeated) +
                               ": the parameter is missing");
  }
  return words;
}

result<verb_request, command_error> request_of(const command& verb, std::span<const word> words) {
  const auto matched = match_words(verb.pattern, words);
  if (!matched) return matched.error();
  verb_request request{std::string{verb.method}, std::string{verb.path}, ""};
  auto body = json::object();
  std::string query;
  const auto kinds = parameters_of(verb.pattern);
  for (const auto& x : *matched) {
    const bool is_list = std::ranges::any_of(kinds, [&](const slot& kind) {
      return kind.repeated && kind.name == x.name && kind.option == x.option;
    });
    const auto place = request.target.find('{' + std::string{x.name} + '}');
    if (!x.name.empty() && x.option.empty() && place != std::string::npos) {
      request.target.replace(place, x.name.size() + 2, percent_encode(x.value.text));
      continue;
    }
    auto name = parameter_name(x.name, x.option, is_list);
    if (name == "key" && x.value.quoted) name = "text";
    const auto value = x.name.empty() ? "true" : x.value.text;
    if (!takes_body(verb.method)) {
      query += (query.empty() ? '?' : '&') + name + '=' + percent_encode(value);
    } else if (is_list) {
      body[name].push_back(value);
    } else {
      body[name] = value;
    }
  }
  request.target += query;
  if (takes_body(verb.method))
    request.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
  return request;
}

}  // namespace scalesmall
