#include "ops/verbs/key_commands.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <doctest/doctest.h>

#include "ops/verbs/completion.hpp"
#include "ops/verbs/render.hpp"
#include "tests/net/keys.hpp"
#include "tests/ops/verbs/fake_node.hpp"

namespace scalesmall {

namespace {

struct keys_fixture {
  fake_node node;
  virtual_pause time;
  command_context context{node, time};
  key_ptr first = keys::nth(1);
  key_ptr second = keys::nth(2);
  std::string path =
      std::filesystem::temp_directory_path() / ("scalesmall-add-" + std::to_string(::getpid()));

  ~keys_fixture() { std::filesystem::remove(path); }

  json run(const std::string& line) { return json::parse(render_json(run_command(context, line))); }

  void write(const std::string& content) {
    std::filesystem::remove(path);
    std::ofstream{path} << content;
    std::filesystem::permissions(path, std::filesystem::perms::owner_read);
  }
};

json listed(const key_ptr& key, bool primary) {
  return {{"fingerprint", key->fingerprint()}, {"primary", primary}};
}

json worked(const json& result) { return {{"ok", true}, {"result", result}}; }

}  // namespace

TEST_CASE_FIXTURE(keys_fixture, "keys are listed, added, used and removed by fingerprint") {
  CHECK(run("keys list") == worked(json::array()));
  write(
      "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20\n"
      "02030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021\n");
  CHECK(run("keys add " + path) == worked({first->fingerprint(), second->fingerprint()}));
  CHECK(run("keys add " + path) == worked({first->fingerprint(), second->fingerprint()}));
  CHECK(run("keys list") == worked({listed(first, false), listed(second, false)}));
  CHECK(run("keys use " + second->fingerprint()) == worked("ok"));
  CHECK(run("keys list") == worked({listed(first, false), listed(second, true)}));
  CHECK(node.keys().read()->primary()->fingerprint() == second->fingerprint());
  CHECK(run("keys remove " + first->fingerprint()) == worked("ok"));
  CHECK(run("keys list") == worked(json::array({listed(second, true)})));
}

TEST_CASE_FIXTURE(keys_fixture, "a refusal by the key ring is an error with the reason") {
  const auto refused = [&](const std::string& line, std::string_view code, std::string_view named) {
    const auto error = run(line).at("error");
    CHECK(error.at("code") == code);
    CHECK(error.at("message").get<std::string>().find(named) != std::string::npos);
  };
  REQUIRE(node.keys().add({first, second}));
  REQUIRE(node.keys().use(first->fingerprint()));
  refused("keys", "invalid_argument", "help keys");
  refused("keys use 0123456789abcdef", "not_found", "0123456789abcdef");
  refused("keys remove 0123456789abcdef", "not_found", "0123456789abcdef");
  refused("keys use", "invalid_argument", "FINGERPRINT is missing");
  refused("keys remove " + first->fingerprint(), "invalid_argument", "is the primary key");
  REQUIRE(node.keys().remove(second->fingerprint()));
  refused("keys remove " + first->fingerprint(), "invalid_argument", "is the last key");
  refused("keys add /nonexistent/k", "invalid_argument", "FILE: \"/nonexistent/k\" cannot be read");
  write("secret");
  refused("keys add " + path, "invalid_argument", "line 1 is not a key");
  CHECK(run("keys add " + path).dump().find("secret") == std::string::npos);

  std::vector<key_ptr> many;
  for (std::uint8_t n = 10; n < 73; ++n) many.push_back(keys::nth(n));
  REQUIRE(node.keys().add(many));
  std::filesystem::remove(path);
  write("fefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefe01");
  refused("keys add " + path, "unavailable", "64 keys");
}

TEST_CASE_FIXTURE(keys_fixture, "a change that is to be saved is made when the file has it") {
  write("0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20\n");
  REQUIRE(node.keys().add({second}));
  CHECK(run("keys use " + second->fingerprint() + " --save") == worked("ok"));
  CHECK(run("keys add " + path + " --save") == worked({first->fingerprint()}));
  CHECK(run("keys use " + first->fingerprint() + " --save") == worked("ok"));
  CHECK(run("keys remove " + second->fingerprint() + " --save") == worked("ok"));
  REQUIRE(node.saved.size() == 4);
  CHECK(node.saved[1].keys().size() == 2);
  CHECK(node.saved[2].primary()->fingerprint() == first->fingerprint());
  CHECK(node.saved[3].keys().size() == 1);
  CHECK(run("keys list") == worked(json::array({listed(first, true)})));

  node.unsavable = "the disk is full";
  const auto before = node.keys().read();
  write("02030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021\n");
  CHECK(run("keys remove " + first->fingerprint() + " --save").at("error").at("code") ==
        "invalid_argument");
  const auto answer = run("keys add " + path + " --save").at("error");
  CHECK(answer.at("code") == "unavailable");
  CHECK(answer.at("message") == "--save: the disk is full; no key is changed");
  CHECK(node.keys().read() == before);
}

TEST_CASE_FIXTURE(keys_fixture, "a reload tells each change, or why there is none") {
  CHECK(run("reload") == worked(json::array()));
  CHECK(reload_text(json::array()) == "nothing has changed\n");
  node.reloaded = std::vector<std::string>{"the seed a:1 is new", "the log level is debug"};
  CHECK(run("reload") == worked({"the seed a:1 is new", "the log level is debug"}));
  CHECK(reload_text({"one", "two"}) == "one\ntwo\n");
  node.reloaded = std::string{"--config: no"};
  CHECK(run("reload").at("error") == json{{"code", "unavailable"}, {"message", "--config: no"}});
}

TEST_CASE_FIXTURE(keys_fixture, "fingerprints are completed") {
  REQUIRE(node.keys().add({first}));
  const auto& fingerprint = first->fingerprint();
  CHECK(complete(node, "keys ") == std::vector<std::string>{"add", "list", "remove", "use"});
  CHECK(complete(node, "keys use ") == std::vector{fingerprint});
  CHECK(complete(node, "keys remove " + fingerprint.substr(0, 4)) == std::vector{fingerprint});
  CHECK(complete(node, "keys remove x").empty());
}

}  // namespace scalesmall
