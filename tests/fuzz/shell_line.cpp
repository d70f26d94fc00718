// Lines that people type or scripts send: each gets an answer, and no line breaks the shell.

#include <netdb.h>

#include "ops/verbs/command_syntax.hpp"
#include "ops/verbs/commands.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/ops/verbs/fake_node.hpp"

using namespace scalesmall;

extern "C" int __real_getaddrinfo(const char*, const char*, const addrinfo*, addrinfo**);

/// Replaces the system's function: invented host names must not reach a name service.
extern "C" int __wrap_getaddrinfo(const char* host, const char* port, const addrinfo* hints,
                                  addrinfo** found) {
  auto numeric = hints ? *hints : addrinfo{};
  numeric.ai_flags |= AI_NUMERICHOST;
  return __real_getaddrinfo(host, port, &numeric, found);
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fake_node node;
  virtual_pause time;
  time.budget = std::chrono::seconds{2};  // a long wait is many short ones
  command_context context{node, time};
  auto left = fuzz::text_of(data, size);
  while (!left.empty()) {
    const auto end = left.find('\n');
    const auto line = left.substr(0, end);
    left.remove_prefix(end == left.npos ? left.size() : end + 1);
    const auto words = split_words(line);
    if (words && words->empty()) continue;  // the shell skips blank lines
    const auto answer = run_command(context, line);
    fuzz::must(answer || answer.error().code != command_fault::internal, "nothing throws");
    if (!answer) fuzz::must(!answer.error().message.empty(), "an error says why");
    // An answer may quote the line. It must be writable as JSON, whatever the bytes of the line
    // are.
    if (answer) (void)answer->dump(-1, ' ', false, json::error_handler_t::replace);
  }
  return 0;
}
