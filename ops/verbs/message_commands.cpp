#include "ops/verbs/message_commands.hpp"

#include <utility>

#include "ops/verbs/printable.hpp"
#include "ops/verbs/show_until.hpp"

namespace scalesmall {

namespace {

/// What an answer in JSON, which comes at the end, may hold of messages.
constexpr std::size_t received_bytes_max = 16 * 1024 * 1024;

}  // namespace

result<json, command_error> send_text(command_context& c, const arguments& a) {
  const auto sent = c.node.send(a.group, a.tag, a.text);
  if (!sent) return describe(sent.error());
  return json("ok");
}

result<json, command_error> receive_texts(command_context& c, const arguments& a) {
  passed_on<received_text> box;
  const auto receiving = c.node.receive(a.tag, [&box](received_text x) { box.put(std::move(x)); });
  if (!receiving) return describe(receiving.error());
  auto all = json::array();
  std::size_t bytes = 0;
  const auto show = [&](const received_text& x) {
    bytes += x.text.size();
    if (c.show) {
      c.show(to_string(x.sender) + ' ' + x.group + ' ' + printable(x.text));
    } else if (bytes <= received_bytes_max) {
      all.push_back({{"sender", to_string(x.sender)}, {"group", x.group}, {"text", x.text}});
    }
  };
  if (auto error = show_until(c, a, box, show)) return std::move(*error);
  if (c.show) return json(nullptr);
  if (bytes > received_bytes_max) {
    return command_error{command_fault::unavailable,
                         "more than 16 MiB came; ask for a shorter time"};
  }
  return all;
}

}  // namespace scalesmall
