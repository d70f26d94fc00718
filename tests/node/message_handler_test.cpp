#include <atomic>
#include <scalesmall/message_handler.hpp>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "tests/node/await_group.hpp"
#include "tests/node/loopback.hpp"
#include "tests/support/text.hpp"

using namespace scalesmall;

TEST_CASE("a function handles messages, and nodes stop while others send") {
  loopback hosts;
  auto& receiver = hosts.start();
  auto& sender = hosts.start({receiver.id()});

  constexpr int count = 2'000;
  countdown all{count};
  std::atomic<int> handled{0};
  auto handler = receiver.on_message("chat", [&](const application_message& x) {
    CHECK(x.sender == sender.id());
    ++handled;
    all.count_down();
    if (handled % 10 == 0) throw std::runtime_error{"every tenth"};
  });
  REQUIRE(handler);
  CHECK(receiver.on_message("", [](const application_message&) {}).error() ==
        call_error::invalid_argument);
  REQUIRE(receiver.join("g"));
  REQUIRE(sender.join("g", {receiver.id()}));
  await_members(sender, "g", 2);

  for (int i = 0; i < count; ++i) REQUIRE(sender.broadcast("g", "chat", text("hello")));
  all.await("messages");
  CHECK(sender.broadcast("h", "chat", {}).error() == call_error::unknown_group);

  std::vector<std::jthread> threads;
  countdown begun{2};
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      REQUIRE(sender.broadcast("g", "chat", text("x")));
      begun.count_down();
      while (sender.broadcast("g", "chat", text("x"))) {
      }
    });
  }
  begun.await("threads at work");
  SUBCASE("the receiver first") {
    receiver.stop();
    sender.stop();
  }
  SUBCASE("the sender first") {
    sender.stop();
    receiver.stop();
  }
  SUBCASE("the handler first") {
    handler->end();
    const int then = handled;
    sender.stop();
    CHECK(handled == then);
  }
  threads.clear();
  handler->end();
}
