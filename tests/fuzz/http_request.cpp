// Requests of clients: a line with method and target, and a body. Each is decided upon: a verb with
// its arguments, or a refusal that is one line of JSON.

#include <algorithm>

#include "ops/http/dispatch.hpp"
#include "ops/http/percent.hpp"
#include "ops/page/page_files.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace scalesmall;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = fuzz::text_of(data, size);
  const auto line = input.substr(0, input.find('\n'));
  const auto blank = line.find(' ');
  http_request request;
  request.method = line.substr(0, blank);
  if (blank != line.npos) request.target = line.substr(blank + 1);
  if (line.size() < input.size()) request.body = input.substr(line.size() + 1);
  request.content_type = "application/json";
  request.caller = socket_caller{};

  const auto what = decide(request, {});
  if (const auto* answer = std::get_if<http_answer>(&what)) {
    if (answer->status == 200) {
      const bool is_page = std::ranges::any_of(
          page_files(), [&](const page_file& x) { return x.text == answer->body; });
      fuzz::must(request.method == "GET" && is_page,
                 "what is answered at once is a file of the page or a refusal");
    } else {
      const auto body = json::parse(answer->body, nullptr, false);
      fuzz::must(answer->status >= 400 && body.is_object() && body.contains("error"),
                 "a refusal is JSON");
    }
  } else if (const auto* call = std::get_if<verb_call>(&what)) {
    for (const char c : call->line) fuzz::must(c >= ' ' && c <= '~', "the log shows no control");
  }
  fuzz::must(percent_decode(percent_encode(input)) == input, "encoding can be undone");
  return 0;
}
