#include "apps/client/client_failure.hpp"

#include <cerrno>
#include <system_error>

namespace scalesmall {

namespace {

std::string quoted_path(const std::string& text) { return '"' + text + '"'; }

std::string text_of_error(int error) { return std::generic_category().message(error); }

}  // namespace

client_failure not_allowed(const std::string& socket) {
  return {client_status::not_allowed, quoted_path(socket) + " may not be used by this user"};
}

client_failure describe(const std::string& socket, const no_reply& x) {
  if (!x.connected && x.error == EACCES) return not_allowed(socket);
  if (!x.connected)
    return {client_status::no_node,
            "no node answers at " + quoted_path(socket) + ": " + text_of_error(x.error)};
  if (x.error == 0)
    return {client_status::no_node, quoted_path(socket) + " answers, but not as a node does"};
  return {client_status::no_node,
          "the node at " + quoted_path(socket) + " does not answer: " + text_of_error(x.error)};
}

client_failure describe(const http_reply& x) {
  const bool forbidden = x.status == 401 || x.status == 403;
  const auto content = json::parse(x.body, nullptr, false);
  std::string sentence = "the node refused";
  if (content.is_object() && content.contains("error"))
    sentence = content["error"].value("message", sentence);
  return {forbidden ? client_status::not_allowed : client_status::refused, std::move(sentence)};
}

}  // namespace scalesmall
