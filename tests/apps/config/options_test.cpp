#include "apps/config/options.hpp"

#include <doctest/doctest.h>

namespace scalesmall {

namespace {

using words = std::vector<std::string_view>;

result<std::string, unreadable> no_files(const std::string&) { return unreadable{"none here"}; }

result<options, bad_options> parse(const words& args, const environment& variables = {},
                                   const file_reader& read = no_files) {
  return parse_options(args, variables, read);
}

file_reader file_with(const std::string& content) {
  return [content](const std::string& path) -> result<std::string, unreadable> {
    if (path != "a.conf") return unreadable{"no such file"};
    return content;
  };
}

}  // namespace

TEST_CASE("a mode alone gives the defaults") {
  options expected;
  expected.mode = program_mode::node;
  CHECK(parse({"node"}).value() == expected);
  expected.mode = program_mode::shell;
  CHECK(parse({"shell"}).value() == expected);
  CHECK(expected.port == 29999);
  CHECK(to_string(multicast_group(expected)) == "224.1.1.1:29999");
}

TEST_CASE("a node serves by plan what the configuration says") {
  const auto read = parse({"node", "--config", "a.conf"}, {},
                          file_with("serve = users 8080 --capacity 2 --replicas 3 --zone east\n"
                                    "serve = more 81 --slots 16 --expect 5\n"));
  REQUIRE(read);
  REQUIRE(read->services.size() == 2);
  CHECK(read->services[0] == planned_service{"users", {8080, 2, 3, 1'024, "east"}});
  CHECK(read->services[1] == planned_service{"more", {81, 1, 1, 16, "", 5}});

  const auto other = parse({"node", "--serve", "g 1", "--config", "a.conf"}, {},
                           file_with("serve = users 8080\n"));
  REQUIRE(other);
  CHECK(other->services == std::vector{planned_service{"g", {1}}});
  for (const auto wrong : {"users", "users 0", "users 80 81", "users 80 --capacity 0", "80",
                           "scalesmall.live 80", "users 80 --fast", ""}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse({"node", "--serve", wrong}));
  }
  CHECK_FALSE(parse({"node", "--serve", "g 1", "--serve", "g 2"}));
  const auto blind = parse({"node", "--liveness", "off", "--serve", "g 1"});
  REQUIRE_FALSE(blind);
  CHECK(blind.error().sentence.find("--liveness off") != std::string::npos);
}

TEST_CASE("claims of the configuration add up, and a later layer replaces them") {
  const auto items = [](const words& args, const std::string& file = {}) {
    auto all = args;
    if (!file.empty()) all.insert(all.end(), {"--config", "a.conf"});
    const auto read = parse(all, {}, file_with(file));
    return read ? read->items : std::vector<node_config::fixed_claim>{};
  };
  using claims = std::vector<node_config::fixed_claim>;
  CHECK(items({"node"}, "item = users 0..99 11223\nitem = all of them 0x10..0x1f 80\n") ==
        claims{{"users", {0, 99}, 11223}, {"all of them", {16, 31}, 80}});
  CHECK(items({"node", "--item", "g 0..0 1"}, "item = users 0..99 11223\n") ==
        claims{{"g", {0, 0}, 1}});
  for (const auto wrong : {"users", "users 0..99", "0..99 80", "users 9..0 80", "users 0..99 0",
                           "users 0-99 80", "users 0..99 80 80", "scalesmall.live 0..99 80", ""}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse({"node", "--item", wrong}));
  }
}

TEST_CASE("the state directory is an option, or systemd's") {
  CHECK(parse({"node", "--state", "/a:b"})->state == "/a:b");
  CHECK(parse({"node"}, {{"STATE_DIRECTORY", "/var/lib/a:/var/lib/b"}})->state == "/var/lib/a");
  CHECK(parse({"node", "--state", "/c"}, {{"STATE_DIRECTORY", "/var/lib/a"}})->state == "/c");
  CHECK_FALSE(parse({"node", "--state", ""}));
}

TEST_CASE("help and version take precedence over everything else") {
  CHECK(parse({"--help"}).value().mode == program_mode::help);
  CHECK(parse({"shell", "--port", "x", "--help"}).value().mode == program_mode::help);
  CHECK(parse({"--version"}).value().mode == program_mode::version);
  CHECK(parse({"--help"}, {{"GROUP_MANAGER_PORT", "x"}}).has_value());
}

TEST_CASE("every option is read") {
  const auto parsed = parse({"shell",
                             "--address",
                             "fd00::1",
                             "--port",
                             "0",
                             "--multicast",
                             "off",
                             "--multicast-address",
                             "ff05::7",
                             "--multicast-port",
                             "0x100",
                             "--multicast-ttl",
                             "255",
                             "--peers",
                             "10.0.0.1:1,[fe80::1]:2,a-b.example:65535",
                             "--cluster",
                             "blue",
                             "--insecure",
                             "--json",
                             "--log-level=debug"});
  REQUIRE(parsed);
  CHECK(to_string(parsed->address.value()) == "fd00::1");
  CHECK(parsed->port == 0);
  CHECK_FALSE(parsed->multicast);
  CHECK(to_string(multicast_group(*parsed)) == "[ff05::7]:256");
  CHECK(parsed->multicast_ttl == 255);
  CHECK(parsed->peers ==
        std::vector<peer_address>{{"10.0.0.1", 1}, {"fe80::1", 2}, {"a-b.example", 65535}});
  CHECK(parsed->cluster == "blue");
  CHECK(parsed->insecure);
  CHECK(parsed->json);
  CHECK(parsed->log_level == "debug");
}

TEST_CASE("the default multicast group has the family of the address") {
  CHECK(to_string(multicast_group(*parse({"node", "--address", "::1"}))) ==
        "[ff15::e001:101]:29999");
  const auto given = parse({"node", "--address", "::1", "--multicast-address", "ff02::7"});
  CHECK(to_string(multicast_group(given.value())) == "[ff02::7]:29999");
  CHECK(parse({"node", "--multicast-address", "ff02::7", "--multicast", "off"}).has_value());
}

TEST_CASE("with a key file a node may leave loopback") {
  const auto parsed =
      parse({"node", "--address", "10.0.0.1", "--key-file", "k", "--accept-plain", "--cluster=c"});
  REQUIRE(parsed);
  CHECK(parsed->key_file == "k");
  CHECK(parsed->accept_plain);
}

TEST_CASE("times may have units") {
  CHECK(parse({"node", "--grace", "2h", "--forget=7d"})->forget == std::chrono::hours{24 * 7});
  CHECK(parse({"node", "--clock-skew", "2m"})->clock_skew == std::chrono::minutes{2});
  CHECK(parse({"node"})->on_stop == claims_at_stop::kept);
  CHECK(parse({"node", "--on-stop", "leave"})->on_stop == claims_at_stop::left);
  CHECK(parse({"node"})->liveness);
  CHECK(!parse({"node", "--liveness", "off"})->liveness);
  CHECK(parse({"node", "--unreachable-after", "500ms"})->unreachable_after ==
        std::chrono::milliseconds{500});
  CHECK(parse({"node", "--unreachable-after", "8s"})->unreachable_after == std::chrono::seconds{8});
}

TEST_CASE("keygen takes no other argument") {
  CHECK(parse({"keygen"})->mode == program_mode::keygen);
  CHECK(parse({"keygen"}, {{"GROUP_MANAGER_PORT", "x"}}).has_value());
  CHECK_FALSE(parse({"keygen", "now"}).has_value());
}

TEST_CASE("the command line overrides the environment, which overrides the file") {
  const auto file = file_with("# ours\nport = 1\n multicast-ttl=1 \n\njson = on\ncluster = a#b\n");
  const words with_file{"node", "--config", "a.conf"};

  CHECK(parse(with_file, {}, file)->port == 1);
  CHECK(parse(with_file, {}, file)->json);
  CHECK(parse(with_file, {}, file)->cluster == "a#b");
  CHECK(parse(with_file, {{"GROUP_MANAGER_PORT", "2"}}, file)->port == 2);
  CHECK(parse(with_file, {{"GROUP_MANAGER_PORT", "2"}}, file)->multicast_ttl == 1);
  CHECK(parse({"node", "--port=3", "--config=a.conf"}, {{"GROUP_MANAGER_PORT", "2"}}, file)->port ==
        3);
  CHECK_FALSE(parse({"node", "--json=off", "--config=a.conf"}, {}, file)->json);
}

TEST_CASE("each environment variable is read; an empty one counts as unset") {
  const auto parsed =
      parse({"node", "--insecure"}, {{"GROUP_MANAGER_ADDRESS", "10.1.2.3"},
                                     {"GROUP_MANAGER_PORT", "1"},
                                     {"GROUP_MANAGER_MULTICAST_ADDRESS", "224.0.0.9"},
                                     {"GROUP_MANAGER_MULTICAST_PORT", "2"},
                                     {"GROUP_MANAGER_MULTICAST_TTL", "3"}});
  REQUIRE(parsed);
  CHECK(to_string(parsed->address.value()) == "10.1.2.3");
  CHECK(parsed->port == 1);
  CHECK(to_string(multicast_group(*parsed)) == "224.0.0.9:2");
  CHECK(parsed->multicast_ttl == 3);
  CHECK(parse({"node"}, {{"GROUP_MANAGER_PORT", ""}})->port == 29999);
  CHECK(parse({"node"}, {{"GROUP_MANAGER_KEY_FILE", "k"}})->key_file == "k");
}

TEST_CASE("a bad value is refused with one sentence that names option, value and allowed values") {
  struct row {
    words args;
    std::vector<std::string_view> named;
  };
  const std::vector<row> table{
      {{}, {"\"\"", "shell or node"}},
      {{"serve"}, {"serve", "shell or node"}},
      {{"node", "now"}, {"now", "--help"}},
      {{"node", "--prot", "1"}, {"--prot", "--help"}},
      {{"node", "--port"}, {"--port", "missing", "0..65535"}},
      {{"node", "--port", "65536"}, {"--port", "65536", "0..65535"}},
      {{"node", "--port", "-1"}, {"--port", "-1", "0..65535"}},
      {{"node", "--port="}, {"--port", "\"\"", "0..65535"}},
      {{"node", "--port", "1x"}, {"--port", "1x", "0..65535"}},
      {{"node", "--address", "localhost"}, {"--address", "localhost", "numeric"}},
      {{"node", "--address", "0.0.0.0"}, {"--address", "0.0.0.0", "numeric"}},
      {{"node", "--address", "::"}, {"--address", "\"::\"", "numeric"}},
      {{"node", "--address", "10.0.0.1"}, {"--address", "10.0.0.1", "loopback", "--insecure"}},
      {{"node", "--multicast", "yes"}, {"--multicast", "yes", "on or off"}},
      {{"node", "--multicast-address", "10.0.0.1"},
       {"--multicast-address", "10.0.0.1", "224.0.0.0"}},
      {{"node", "--multicast-address", "fe80::1"}, {"--multicast-address", "fe80::1", "ff00::"}},
      {{"node", "--multicast-address", "ff02::1"},
       {"--multicast-address", "ff02::1", "127.0.0.1", "same family"}},
      {{"node", "--multicast-port", "0"}, {"--multicast-port", "\"0\"", "1..65535"}},
      {{"node", "--grace", "0s"}, {"--grace", "0s", "1s to 3650d"}},
      {{"node", "--grace", "10x"}, {"--grace", "10x", "1s to 3650d"}},
      {{"node", "--clock-skew", "0"}, {"--clock-skew", "0", "1s to 3650d"}},
      {{"node", "--on-stop", "die"}, {"--on-stop", "die", "keep or leave"}},
      {{"node", "--liveness", "read"}, {"--liveness", "read", "on or off"}},
      {{"node", "--unreachable-after", "10ms"}, {"--unreachable-after", "10ms", "250ms to 10m"}},
      {{"node", "--unreachable-after", "xms"}, {"--unreachable-after", "xms", "250ms to 10m"}},
      {{"node", "--unreachable-after", "1d"}, {"--unreachable-after", "1d", "250ms to 10m"}},
      {{"node", "--forget", "3651d"}, {"--forget", "3651d", "1s to 3650d"}},
      {{"node", "--forget", "-1"}, {"--forget", "-1", "1s to 3650d"}},
      {{"node", "--forget", "0s"}, {"--forget", "0s", "1s to 3650d"}},
      {{"node", "--multicast-ttl", "256"}, {"--multicast-ttl", "256", "0..255"}},
      {{"node", "--peers", "a"}, {"--peers", "\"a\"", "host:port"}},
      {{"node", "--peers", ","}, {"--peers", "\",\"", "host:port"}},
      {{"node", "--peers", "a:1,,b:2"}, {"--peers", "a:1,,b:2", "host:port"}},
      {{"node", "--peers", "0.0.0.0:1"}, {"--peers", "0.0.0.0:1", "single hosts"}},
      {{"node", "--peers", "[::]:1"}, {"--peers", "[::]:1", "single hosts"}},
      {{"node", "--peers", "[::ffff:0.0.0.0]:1"}, {"--peers", "single hosts"}},
      {{"node", "--peers", "224.0.0.1:1"}, {"--peers", "224.0.0.1:1", "single hosts"}},
      {{"node", "--peers", "[ff02::1]:1"}, {"--peers", "[ff02::1]:1", "single hosts"}},
      {{"node", "--peers", "255.255.255.255:1"}, {"--peers", "255.255.255.255", "single hosts"}},
      {{"node", "--peers", "[fd00::1%eth0]:1"}, {"--peers", "fd00::1%eth0", "single hosts"}},
      {{"node", "--peers", "a b:1"}, {"--peers", "a b:1", "host:port"}},
      {{"node", "--peers", "10.0.0.1:1"}, {"--peers", "10.0.0.1:1", "127.0.0.1", "--address"}},
      {{"node", "--address", "::1", "--peers", "a:1,[fd00::7]:1"},
       {"--peers", "[fd00::7]:1", "::1", "--address"}},
      {{"node", "--address", "224.0.0.1", "--insecure"}, {"--address", "224.0.0.1", "numeric"}},
      {{"node", "--address", "255.255.255.255", "--insecure"}, {"--address", "255.255.255.255"}},
      {{"node", "--port", "3", "--port", "4"}, {"--port", "\"4\"", "once"}},
      {{"node", "--json", "--json"}, {"--json", "once"}},
      {{"node", "--config", "a", "--config", "b"}, {"--config", "\"b\"", "once"}},
      {{"node", "--cluster", "'shop"}, {"--cluster", "'shop", "counterpart"}},
      {{"node", "--cluster", "shop\""}, {"--cluster", "counterpart"}},
      {{"node", "--cluster", "\xe2\x80\x9cshop\xe2\x80\x9d"}, {"--cluster", "typographic"}},
      {{"node", "--cluster", "shop\xc2\xa0"}, {"--cluster", "not ASCII"}},
      {{"node", "--cluster", "\"shop \""}, {"--cluster", "1 to 255 bytes"}},
      {{"node", "--cluster", "${NAME}"}, {"--cluster", "${NAME}", "variable"}},
      {{"node", "--cluster", "x-$(NAME)"}, {"--cluster", "x-$(NAME)", "variable"}},
      {{"node", "--cluster", "$NAME"}, {"--cluster", "$NAME", "variable"}},
      {{"node", "--cluster", "{{ name }}"}, {"--cluster", "variable"}},
      {{"node", "--key-file", "%KEY%"}, {"--key-file", "variable"}},
      {{"node", "--log-level=info", "--log-level=info"}, {"--log-level", "once"}},
      {{"node", "--peers", "a:0"}, {"--peers", "a:0", "host:port"}},
      {{"node", "--peers", "::1:5"}, {"--peers", "::1:5", "brackets"}},
      {{"node", "--peers", "1.2.3:5"}, {"--peers", "1.2.3:5", "host:port"}},
      {{"node", "--cluster", ""}, {"--cluster", "1 to 255 bytes"}},
      {{"node", "--key-file="}, {"--key-file", "\"\"", "path of a file"}},
      {{"node", "--accept-plain=yes"}, {"--accept-plain", "\"yes\"", "on or off"}},
      {{"keygen", "--json"}, {"--json", "keygen"}},
      {{"node", "--json=1"}, {"--json", "\"1\"", "on or off"}},
      {{"node", "--log-level", "loud"}, {"--log-level", "loud", "trace"}},
      {{"node", "--config", "b.conf"}, {"--config", "b.conf", "can be read: none here"}},
      {{"node", "--config="}, {"--config", "\"\"", "can be read"}},
  };
  for (const auto& [args, named] : table) {
    const auto parsed = parse(args);
    const std::string_view last = args.empty() ? "" : args.back();
    CAPTURE(last);
    REQUIRE_FALSE(parsed);
    const auto& sentence = parsed.error().sentence;
    CAPTURE(sentence);
    CHECK(sentence.find('\n') == sentence.npos);
    for (const auto part : named) {
      CAPTURE(part);
      CHECK(sentence.find(part) != sentence.npos);
    }
  }
}

TEST_CASE("an entry of the environment without a name sets no option") {
  const auto read = parse({"node"}, {{"", "seven"}});
  REQUIRE(read);
  CHECK(*read == *parse({"node"}));
}

TEST_CASE("an error in the environment or the file names the place") {
  const auto sentence = [](const environment& variables, const std::string& content) {
    return parse({"node", "--config", "a.conf"}, variables, file_with(content)).error().sentence;
  };
  CHECK(sentence({{"GROUP_MANAGER_PORT", "x"}}, "") ==
        "--port (GROUP_MANAGER_PORT): \"x\" is not allowed, it must be a port number 0..65535");
  CHECK(sentence({}, "\nport = x\n") ==
        "--port (line 2 of a.conf): \"x\" is not allowed, it must be a port number 0..65535");
  CHECK(sentence({}, "port 1\n").find("\"port 1\" in line 1 of a.conf") != std::string::npos);
  CHECK(sentence({}, "= 1\n").find("name = value") != std::string::npos);
  CHECK(sentence({}, "config = b.conf\n").find("\"config\" (line 1 of a.conf)") !=
        std::string::npos);
  CHECK(sentence({}, "--port = 1\n").find("without dashes") != std::string::npos);
}

TEST_CASE("peers add up within a layer, and a higher layer replaces them") {
  const std::vector<peer_address> both{{"a", 1}, {"b", 2}};
  CHECK(parse({"node", "--peers", "a:1", "--peers", "b:2"})->peers == both);
  CHECK(parse({"node", "--peers", " a:1 , b:2 , "})->peers == both);
  CHECK(parse({"node", "--peers", "a:1,b:2,a:1"})->peers == both);
  const auto file = file_with("peers = a:1\npeers = b:2,\n");
  CHECK(parse({"node", "--config=a.conf"}, {}, file)->peers == both);
  CHECK(parse({"node", "--config=a.conf", "--peers=c:3"}, {}, file)->peers ==
        std::vector<peer_address>{{"c", 3}});
}

TEST_CASE("names are as the world has them") {
  for (const std::string_view name :
       {"shop_node_1", "_seed.shop", "seed.example.", "a-b.c", "1a"}) {
    CAPTURE(name);
    const auto text = std::string{name} + ":1";
    CHECK(parse({"node", "--peers", text})->peers ==
          std::vector<peer_address>{{std::string{name}, 1}});
  }
  CHECK(parse({"node", "--peers", "[fe80::2%eth0]:1", "--address", "fe80::1%eth0", "--insecure"})
            ->peers == std::vector<peer_address>{{"fe80::2", 1}});
  for (const std::string_view name : {"", ".", "a..b", "-a", "1.2.3", "1.2.3.4.", "a/b"})
    CHECK_FALSE(parse({"node", "--peers", std::string{name} + ":1"}).has_value());
}

TEST_CASE("quotes around a value are taken off") {
  CHECK(parse({"node", "--cluster", "\"shop\""})->cluster == "shop");
  CHECK(parse({"node"}, {{"GROUP_MANAGER_KEY_FILE", "'/a b'"}})->key_file == "/a b");
  const auto file = file_with("cluster = 'a # b'\nport = \"7\"\n");
  CHECK(parse({"node", "--config=a.conf"}, {}, file)->cluster == "a # b");
  CHECK(parse({"node", "--config=a.conf"}, {}, file)->port == 7);
}

TEST_CASE("what is odd in a file is named with its line") {
  const auto sentence = [](const std::string& content) {
    return parse({"node", "--config", "a.conf"}, {}, file_with(content)).error().sentence;
  };
  const auto names = [&](const std::string& content, const std::vector<std::string>& parts) {
    const auto text = sentence(content);
    CAPTURE(text);
    for (const auto& part : parts) CHECK(text.find(part) != text.npos);
  };
  names("cluster = shop # ours\n", {"--cluster", "line 1 of a.conf", "comment"});
  names("\ncluster = shop ; ours\n", {"--cluster", "line 2 of a.conf", "comment"});
  names("cluster = \"shop\" # ours\n", {"--cluster", "comment"});
  names("key-file = ${KEY}\n", {"--key-file", "line 1 of a.conf", "variable"});
  names("\xef\xbb\xbfport = 1\n", {"--config", "line 1 of a.conf", "byte order mark"});
  names(std::string{"\xff\xfep\0", 4}, {"--config", "a.conf", "UTF-8"});
  names("port = 1\nport = 2\n", {"--port", "line 2 of a.conf", "once"});
}

TEST_CASE("a variable that is overridden, or that Kubernetes made, does not matter") {
  CHECK(parse({"node", "--port", "3"}, {{"GROUP_MANAGER_PORT", "x"}})->port == 3);
  CHECK(parse({"node", "--port", "3"}, {{"GROUP_MANAGER_PORT", "x"}})->notes.empty());
  const environment service{{"GROUP_MANAGER_PORT", "tcp://10.96.0.12:29999"}};
  const auto passed_over = parse({"node"}, service);
  REQUIRE(passed_over);
  CHECK(passed_over->port == 29999);
  REQUIRE(passed_over->notes.size() == 1);
  CHECK(passed_over->notes[0].find("GROUP_MANAGER_PORT") != std::string::npos);
  CHECK(parse({"node", "--config=a.conf"}, service, file_with("port = 5\n"))->port == 5);
  CHECK(parse({"node", "--port=0"}, service)->notes.empty());
}

TEST_CASE("the help names every option with its environment variable") {
  const auto text = usage();
  for (const auto part : {"--address",
                          "--port",
                          "--multicast-address",
                          "--multicast-port",
                          "--multicast-ttl",
                          "--multicast on|off",
                          "--peers",
                          "--key-file",
                          "--accept-plain",
                          "--cluster",
                          "--insecure",
                          "keygen",
                          "--config",
                          "--json",
                          "--log-level",
                          "GROUP_MANAGER_ADDRESS",
                          "GROUP_MANAGER_PORT",
                          "GROUP_MANAGER_MULTICAST_ADDRESS",
                          "GROUP_MANAGER_MULTICAST_PORT",
                          "GROUP_MANAGER_MULTICAST_TTL",
                          "GROUP_MANAGER_KEY_FILE"}) {
    CAPTURE(part);
    CHECK(text.find(part) != text.npos);
  }
}

}  // namespace scalesmall
