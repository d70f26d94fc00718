#include "ops/verbs/render.hpp"

#include <doctest/doctest.h>

namespace scalesmall {

TEST_CASE("programs get one line of JSON") {
  CHECK(render_json(json{{"a", 1}}) == R"({"ok":true,"result":{"a":1}})");
  CHECK(render_json(command_error{command_fault::not_found, "no such item"}) ==
        R"({"ok":false,"error":{"code":"not_found","message":"no such item"}})");
}

TEST_CASE("people get words, lists and tables") {
  CHECK(render_text(json{}) == "");
  CHECK(render_text(json{"ok"}.front()) == "ok\n");
  CHECK(render_text(json::array()) == "(none)\n");
  CHECK(render_text(json{"a", 2}) == "a\n2\n");
  CHECK(render_text(json{{{"name", "long one"}, {"n", 1}}, {{"name", "x"}, {"n", 22}}}) ==
        "name      n\nlong one  1\nx         22\n");
  CHECK(render_text(command_error{command_fault::timeout, "no answer"}) ==
        "error: timeout: no answer\n");
}

}  // namespace scalesmall
