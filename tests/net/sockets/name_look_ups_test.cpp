#include "net/sockets/name_look_ups.hpp"

#include <algorithm>
#include <future>
#include <memory>
#include <mutex>
#include <new>
#include <set>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

#include <doctest/doctest.h>

#include "net/sockets/io_thread.hpp"

using namespace scalesmall;

TEST_CASE("all names are looked up on one thread, in order") {
  const io_thread io;
  name_look_ups names{io.state()};
  std::mutex mutex;
  std::set<std::thread::id> threads;
  std::vector<std::uint16_t> ports;
  std::promise<void> all;
  std::promise<void> begin;
  const auto begun = begin.get_future().share();
  for (std::uint16_t port = 1; port <= 20; ++port) {
    names.ask("127.0.0.1", port, [&, begun](const std::vector<net_id>& found) {
      begun.wait();  // so that the thread does not end between two names
      const std::scoped_lock lock{mutex};
      threads.insert(std::this_thread::get_id());
      REQUIRE(found.size() == 1);
      ports.push_back(found.front().port);
      if (ports.size() == 20) all.set_value();
    });
  }
  begin.set_value();
  all.get_future().wait();
  const std::scoped_lock lock{mutex};
  CHECK(threads.size() == 1);
  CHECK(threads.count(std::this_thread::get_id()) == 0);
  CHECK(std::is_sorted(ports.begin(), ports.end()));
}

TEST_CASE("an owner without memory for its answer gets it once there is some") {
  const io_thread io;
  name_look_ups names{io.state()};
  const auto answer = std::make_shared<std::promise<std::size_t>>();
  names.ask("127.0.0.1", 1, [answer, tries = 0](const std::vector<net_id>& found) mutable {
    if (++tries < 3) throw std::bad_alloc{};
    answer->set_value(found.size());
  });
  CHECK(answer->get_future().get() == 1);
}

TEST_CASE("a thread that is not to be had makes a name unknown, and the next one is looked up") {
  if (::geteuid() == 0) return;  // root may start any number
  const io_thread io;
  name_look_ups names{io.state()};
  const auto look_up = [&] {
    const auto answer = std::make_shared<std::promise<std::size_t>>();
    names.ask("127.0.0.1", 1,
              [answer](const std::vector<net_id>& x) { answer->set_value(x.size()); });
    return answer->get_future().get();
  };
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NPROC, &before) == 0);
  auto none = before;
  none.rlim_cur = 1;
  REQUIRE(::setrlimit(RLIMIT_NPROC, &none) == 0);
  const auto without = look_up();
  REQUIRE(::setrlimit(RLIMIT_NPROC, &before) == 0);
  CHECK(without == 0);
  CHECK(look_up() == 1);
}
