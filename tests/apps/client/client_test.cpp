#include "apps/client/client.hpp"

#include <fcntl.h>
#include <sstream>

#include <doctest/doctest.h>

#include "apps/client/client_command.hpp"
#include "apps/client/http_client.hpp"
#include "tests/ops/raw_http.hpp"

namespace scalesmall {

namespace {

result<client_command, std::string> parsed_client(const std::vector<std::string_view>& words) {
  return parse_client_command(words);
}

/// Runs a client whose environment is empty but for a session directory.
struct client_run {
  explicit client_run(const std::vector<std::string_view>& words,
                      const std::string& session = "/none") {
    std::ostringstream out_stream;
    std::ostringstream err_stream;
    status = run_client(words, out_stream, err_stream,
                        [&](const char* name) -> std::optional<std::string> {
                          if (name == std::string_view{"SCALESMALL_SOCKET"}) return session;
                          return {};
                        });
    out = out_stream.str();
    err = err_stream.str();
  }

  client_status status;
  std::string out;
  std::string err;
};

}  // namespace

TEST_CASE("the first word tells whether a running node is meant") {
  const auto is_client = [](std::string_view word) {
    const std::string_view words[]{word};
    return is_client_command(words);
  };
  for (const auto* word : {"status", "members", "add_item", "add-item", "keys", "metrics", "stop"})
    CHECK(is_client(word));
  for (const auto* word : {"shell", "node", "keygen", "quit", "sleep", "help", "--json", ""})
    CHECK_FALSE(is_client(word));
  CHECK_FALSE(is_client_command({}));
}

TEST_CASE("a command line becomes a request") {
  CHECK(parsed_client({"add-item", "g", "0", "9", "80"})->request ==
        verb_request{"PUT", "/v1/groups/g/me/ranges/0-9", R"({"port":"80"})"});
  CHECK(parsed_client({"keys", "list"})->request.target == "/v1/keys");
  CHECK(parsed_client({"health"})->request.target == "/health/live");
  CHECK(parsed_client({"health", "--ready"})->request.target == "/health/ready");
  CHECK(parsed_client({"stop", "--leave"})->request.body == R"({"leave":true})");
}

TEST_CASE("a key that is no number is a text, and --text makes one of a number") {
  CHECK(parsed_client({"owners", "g", "15"})->request.target == "/v1/groups/g/owners?key=15");
  CHECK(parsed_client({"owners", "g", "user:1"})->request.target ==
        "/v1/groups/g/owners?text=user%3A1");
  CHECK(parsed_client({"owners", "g", "--text", "15"})->request.target ==
        "/v1/groups/g/owners?text=15");
  CHECK(parsed_client({"owners", "g", "15", "--all"})->request.target ==
        "/v1/groups/g/owners?key=15&all=true");
}

TEST_CASE("options of every verb stand anywhere, and after -- nothing is an option") {
  const auto command = parsed_client({"members", "--json", "g", "--socket", "/a", "--reachable"});
  CHECK(command->json);
  CHECK(command->socket == "/a");
  CHECK(command->request.target == "/v1/groups/g/members?reachable=true");
  CHECK(parsed_client({"members", "--", "--json"})->request.target == "/v1/groups/--json/members");
  CHECK(parsed_client({"status", "--check", "--socket=/b"})->check);
}

TEST_CASE("a wrong command line is refused in one sentence") {
  CHECK(parsed_client({"members"}).error().starts_with("GROUP is missing"));
  CHECK(parsed_client({"members", "g", "h"}).error() == "\"h\" is one argument too many");
  CHECK(parsed_client({"keys"}).error().starts_with("\"keys\" is not complete"));
  CHECK(parsed_client({"sleep", "1"}).error() == "\"sleep\" is a command of the shell alone");
  CHECK(parsed_client({"keys", "add", "/none"}).error() ==
        "FILE: \"/none\" cannot be read: No such file or directory");
  CHECK(parsed_client({"health", "now"}).error() == "\"now\" is not allowed after health");
  CHECK(parsed_client({"members", "g", "--check"}).error() ==
        "--check is not allowed after members");
  CHECK(
      parsed_client({"status", "--socket"}).error().starts_with("--socket: the value is missing"));
}

TEST_CASE("the help lists every verb that a running node takes") {
  const auto text = client_usage();
  for (const auto& x : all_commands()) {
    const auto line = "\n  " + std::string{x.name} + ' ';
    const bool has = !x.method.empty() || x.how == command::kind::follows;
    CHECK((text.find(line) != text.npos) == has);
  }
}

TEST_CASE("an answer is read by its length, or to the end of the connection") {
  CHECK(parse_reply("HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\n{}x") ==
        http_reply{404, "{}"});
  CHECK(parse_reply("HTTP/1.0 200 OK\r\n\r\nabc") == http_reply{200, "abc"});
  for (const auto* text : {"", "HTTP/1.1 200 OK\r\n", "SSH-2.0-x\r\n\r\n", "HTTP/1.1 abc\r\n\r\n",
                           "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"})
    CHECK_FALSE(parse_reply(text));
}

TEST_CASE("without a node the status is 3, with a wrong command line 2") {
  const client_run none{{"status"}};
  CHECK(none.status == client_status::no_node);
  CHECK(none.err == "scalesmall: no node answers at \"/none\": No such file or directory\n");
  CHECK(client_run{{"members"}}.status == client_status::usage);
  const std::string long_path(200, 'x');
  const client_run too_long{{"status", "--socket", long_path}};
  CHECK(too_long.status == client_status::no_node);
}

TEST_CASE_FIXTURE(socket_directory, "sockets are found by their ending") {
  std::filesystem::create_directory(directory / "run");
  for (const auto* name : {"b.sock", "a.sock", "a.sock.lock"})
    CHECK(::close(::creat((directory / "run" / name).c_str(), 0600)) == 0);
  std::filesystem::permissions(directory / "run", std::filesystem::perms::owner_all);
  const std::vector<std::string> found{directory / "run" / "a.sock", directory / "run" / "b.sock"};
  CHECK(sockets_in({directory / "none", directory / "run", directory / "run"}) == found);
  std::filesystem::permissions(directory / "run", std::filesystem::perms::all);
  CHECK(sockets_in({directory / "run"}).empty());
}

}  // namespace scalesmall
