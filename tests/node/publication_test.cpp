#include <arpa/inet.h>
#include <cerrno>
#include <cstdint>
#include <netinet/in.h>
#include <scalesmall/publication.hpp>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include <caf/typed_actor.hpp>
#include <doctest/doctest.h>

#include "tests/node/two_hosts.hpp"

using namespace scalesmall;

namespace {

/// 0 if a port of 127.0.0.1 takes a connection.
int errno_of_connecting(std::uint16_t port) {
  const int stream = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(stream >= 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  where.sin_port = htons(port);
  const int failed = connect(stream, reinterpret_cast<sockaddr*>(&where), sizeof where);
  const int why = failed == 0 ? 0 : errno;
  close(stream);
  return why;
}

}  // namespace

TEST_CASE_FIXTURE(two_hosts, "a published reference is reached until the publication ends") {
  using doubling = caf::typed_actor<caf::replies_to<int>::with<int>>;
  const auto doubler = server.published.emplace_back(server.doubler());
  const supervision::stable_ref<doubling> ref{server.system};
  ref.bind(caf::actor_cast<caf::strong_actor_ptr>(doubler));
  auto made = publication::make(server.system, ref);
  REQUIRE(made);
  CHECK(!publication::make(server.system, ref, made->port()));
  auto mine = std::move(*made);
  CHECK(made->port() == 0);
  REQUIRE(server.self->add_item("g", {0, 99}, mine.port()));
  await_owners(5, 1);
  CHECK(ask(5, 21) == 42);
  const auto port = mine.port();
  CHECK(errno_of_connecting(port) == 0);
  mine.end();
  mine.end();
  CHECK(mine.port() == 0);
  CHECK(errno_of_connecting(port) == ECONNREFUSED);
  CHECK(ask(5, 21) == 42);  // by the connection that stands
  const auto again = publication::make(server.system, ref, port);
  REQUIRE(again);
  CHECK(errno_of_connecting(port) == 0);
}

TEST_CASE_FIXTURE(two_hosts, "a port is free once its publication is destroyed or replaced") {
  const supervision::stable_ref<caf::actor> ref{server.system};
  std::uint16_t first = 0;
  std::uint16_t second = 0;
  {
    auto mine = publication::make(server.system, ref).value();
    first = mine.port();
    mine = publication::make(server.system, ref).value();
    second = mine.port();
    CHECK(errno_of_connecting(first) == ECONNREFUSED);
    CHECK(errno_of_connecting(second) == 0);
  }
  CHECK(errno_of_connecting(second) == ECONNREFUSED);
}

TEST_CASE_FIXTURE(two_hosts, "a port on which another process listens is refused") {
  const supervision::stable_ref<caf::actor> ref{server.system};
  const supervision::stable_ref<caf::actor> other{client.system};
  const auto mine = publication::make(server.system, ref).value();
  const auto refused = publication::make(client.system, other, mine.port());
  REQUIRE_FALSE(refused);
  CHECK(!refused.error().text.empty());
}

TEST_CASE("nothing is published without CAF's middleman") {
  caf::actor_system_config config;
  caf::actor_system system{config};
  const supervision::stable_ref<caf::actor> ref{system};
  CHECK(publication::make(system, ref).error().text.find("caf::io::middleman") !=
        std::string::npos);
}
