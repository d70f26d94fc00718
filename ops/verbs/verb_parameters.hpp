#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ops/verbs/commands.hpp"

/// The arguments of a verb as the parameters of a request. Each placeholder of a pattern is a
/// parameter: GROUP is `group`, HOST:PORT... is `peers`, FROM..TO is `range` or, repeated,
/// `ranges`, FILE is `keys`, the content of the file. A KEY is `key`, or `text` if it is a text. An
/// option is named without the dashes before it; those within become underscores. A parameter
/// stands in the path, where the path names it. Otherwise it stands in the query of a GET or a
/// DELETE, and in the JSON object that is the body of a POST or a PUT.
namespace scalesmall {

/// A verb of `find_verb`, and the values of the placeholders in its path, percent-decoded.
struct verb_match {
  const command* verb = nullptr;
  std::vector<std::pair<std::string, std::string>> parameters = {};
};

/// What to do with the path of a request: the verb for this method, if there is one, and all the
/// methods of the path, for an answer 405; no methods: the path is not known.
struct path_match {
  std::optional<verb_match> found;
  std::vector<std::string_view> methods;
};

/// @param segments the parts of the path between slashes, decoded
[[nodiscard]] path_match find_verb(std::string_view method,
                                   const std::vector<std::string>& segments);

using parameters = std::vector<std::pair<std::string, std::string>>;

/// The words of a verb. Errors: invalid_argument with a sentence for a parameter that the verb does
/// not have, that is missing or that is given twice. What the words hold is not checked here.
/// @param match   its path
/// @param query   of the request, decoded
/// @param body    of the request, or null; its unknown fields are passed over
[[nodiscard]] result<std::vector<word>, command_error> words_of(const verb_match& match,
                                                                const parameters& query,
                                                                const json& body);

/// A parameter of a verb, as a description of the requests tells it.
struct verb_parameter {
  std::string name;
  enum class place : std::uint8_t { path, query, body } where;
  bool required = false;

  friend auto operator<=>(const verb_parameter&, const verb_parameter&) = default;
};

/// The parameters of a verb with a path, in the order of its pattern. A KEY is two of them, of
/// which neither is required, since one of both is.
[[nodiscard]] std::vector<verb_parameter> parameters_of_verb(const command& verb);

/// A request for a verb.
struct verb_request {
  std::string method;
  std::string target;  ///< path and query, percent-encoded
  std::string body;    ///< JSON, or empty

  friend bool operator==(const verb_request&, const verb_request&) = default;
};

/// The request that is answered as these words would be. Errors: those of match_words.
/// @param words after the name of the verb
[[nodiscard]] result<verb_request, command_error> request_of(const command& verb,
                                                             std::span<const word> words);

}  // namespace scalesmall
