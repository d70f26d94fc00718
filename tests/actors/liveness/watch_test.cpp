#include "actors/liveness/watch.hpp"

#include <chrono>

#include <doctest/doctest.h>

#include "tests/at.hpp"

using namespace scalesmall;
using namespace std::chrono_literals;

namespace {

/// A watch, a member that answers or not, and time.
struct watched {
  watch x{watch_settings{}, true, at(1s)};
  time_point now{1s};
  bool answers = true;
  unsigned probes = 0;
  watch::judged_by by{.usual = 0, .observers = 4};

  void run(duration time) {
    for (const auto end = now + time; now < end; now += 10ms) {
      if (x.probe_due(now, true)) {
        ++probes;
        if (answers) x.answered(now);
      }
      x.judge(by, now);
    }
  }
};

}  // namespace

TEST_CASE("a member that answers gets a probe at once and then at each tick") {
  watched w;
  w.run(10s);
  CHECK(w.probes == 1 + 8);
  CHECK(!w.x.stated());
  CHECK(w.x.outcomes(w.now)->missed == 0);
}

TEST_CASE("signs of life spare the side that speaks second its probes") {
  watched w;
  w.x.set_speaks_first(false);
  for (int i = 0; i < 100; ++i) {
    w.x.heard(w.now);
    w.run(100ms);
  }
  CHECK(w.probes == 0);
}

TEST_CASE("a member that speaks first and is heard in time misses no probe") {
  watched w;
  w.x.set_speaks_first(false);
  const auto hear_for = [&](int periods) {
    for (int i = 0; i < periods; ++i) {
      w.x.heard(w.now);
      w.run(watch_settings{}.period());
    }
  };
  hear_for(watch::steady_periods - 1);
  CHECK(!w.x.outcomes(w.now));
  hear_for(2);
  CHECK(w.x.outcomes(w.now)->missed == 0);
  CHECK(w.probes == 0);
  w.answers = false;
  w.run(300ms);
  CHECK(w.probes == 1);
  CHECK(!w.x.outcomes(w.now));
  w.run(1s);
  CHECK(w.x.outcomes(w.now)->missed == w.x.outcomes(w.now)->sent);
}

TEST_CASE("a member that is heard more often than it has to speak says nothing about loss") {
  watched w;
  w.x.set_speaks_first(false);
  for (int i = 0; i < 100; ++i) {
    w.x.heard(w.now);
    w.run(300ms);
  }
  CHECK(w.probes == 0);
  CHECK(!w.x.outcomes(w.now));
}

TEST_CASE("a node that heard nobody probes seldom, and at once when it hears others again") {
  watch x{watch_settings{}, true, at(1s)};
  REQUIRE(x.probe_due(at(1s), false));
  CHECK(!x.probe_due(at(3s), true));
  x.hasten(at(3s));
  CHECK(x.probe_due(at(3s), true));
}

TEST_CASE("silence is stated 2.25 s after the first missed probe, and lasting after 30 s") {
  watched w;
  w.run(3s);
  w.answers = false;
  w.run(at(5s + 2'240ms) - w.now);
  CHECK(!w.x.stated());
  w.run(100ms);
  CHECK(w.x.stated() == finding::silent);
  w.run(at(5s + 29'900ms) - w.now);
  CHECK(w.x.stated() == finding::silent);
  w.run(1s);
  CHECK(w.x.stated() == finding::lasting);
}

TEST_CASE("a sign of life that stays away counts as a missed probe, from when it was due") {
  watched w;
  w.x.set_speaks_first(false);
  w.x.heard(w.now = at(10'100ms));
  w.answers = false;
  w.run(2'390ms);
  CHECK(w.probes == 0);
  w.run(1'100ms);
  CHECK(!w.x.stated());
  w.run(20ms);
  CHECK(w.x.stated() == finding::silent);
  CHECK(w.probes == 10);
}

TEST_CASE("after its answer the side that speaks second waits for a sign again") {
  watched w;
  w.x.set_speaks_first(false);
  w.run(200ms);
  CHECK(w.probes == 1);
  for (int i = 0; i < 10; ++i) {
    w.run(1s);
    w.x.heard(w.now);
  }
  CHECK(w.probes == 1);
}

TEST_CASE("while a member does not answer, what it sends does not count") {
  watched w;
  w.answers = false;
  for (int i = 0; i < 40; ++i) {
    w.run(100ms);
    w.x.heard(w.now);
  }
  CHECK(w.x.stated() == finding::silent);
}

TEST_CASE("a pause that is shorter is nothing") {
  watched w;
  w.answers = false;
  w.run(2'200ms);
  w.answers = true;
  w.run(300ms);
  CHECK(!w.x.stated());
  w.run(10s);
  CHECK(!w.x.stated());
}

TEST_CASE("a member that was unreachable returns within two seconds, and later the next time") {
  watched w;
  w.by.hidden = true;
  const auto again = [&] {
    w.answers = false;
    w.run(5s);
    REQUIRE(w.x.stated());
    w.answers = true;
    const auto begun = w.now;
    while (w.x.stated() && w.now - begun < 100s) w.run(10ms);
    return w.now - begun;
  };
  CHECK(again() <= 2s);
  CHECK(again() >= 32 * watch_settings{}.retry());
  CHECK(again() >= watch::trial_last * watch_settings{}.retry());
  w.run(700s);
  CHECK(again() <= 2s);
}

TEST_CASE("two refused attempts in 100 ms are stated, one is not") {
  watched w;
  w.answers = false;
  w.x.refused(w.now);
  w.run(90ms);
  CHECK(!w.x.stated());
  w.run(20ms);
  w.x.refused(w.now);
  CHECK(w.x.judge(w.by, w.now) == finding::refused);
}

TEST_CASE("a member whose connection ended is probed soon, and again after a refusal") {
  watched w;
  w.run(2s);
  w.answers = false;
  const auto before = w.probes;
  w.x.disconnected(w.now);
  w.run(30ms);
  CHECK(w.probes == before + 1);
  w.x.refused(w.now);
  // The second may be lost.
  w.run(300ms);
  CHECK(w.probes == before + 3);
}

TEST_CASE("an answer after one refusal, as after a restart, is the end of it") {
  watched w;
  w.x.refused(w.now);
  w.run(200ms);
  CHECK(!w.x.stated());
  w.x.refused(w.now);
  CHECK(!w.x.judge(w.by, w.now));
}

TEST_CASE("where others miss as much, nothing is stated soon") {
  watched w;
  w.answers = false;
  SUBCASE("half of the messages are lost") {
    w.by.usual = 0.75;
    w.run(2'300ms);
    CHECK(!w.x.stated());
    w.run(600ms);
    CHECK(w.x.stated());
    CHECK(w.probes >= 21);  // 0.75 to the power of 21, by four observers: 3e-11
  }
  SUBCASE("nobody answers") {
    w.by.usual = 1;
    w.run(29s);
    CHECK(!w.x.stated());
    w.run(5s);
    CHECK(w.x.stated() == finding::lasting);
  }
  SUBCASE("this node hears nobody") {
    w.by.hears_others = false;
    w.run(29s);
    CHECK(!w.x.stated());
  }
  SUBCASE("this node was absent") {
    w.by.present = false;
    w.run(60s);
    CHECK(!w.x.stated());
  }
}

TEST_CASE("a silence that chance explains is not lasting, however long others state the member") {
  watched w;
  w.by.usual = w.by.usual_of_answering = 0.56;
  w.by.stated_since = at(0s);
  w.run(40s);
  w.answers = false;
  w.run(5s);
  CHECK(w.x.stated() != finding::lasting);
  w.run(60s);
  CHECK(w.x.stated() == finding::lasting);
}

TEST_CASE("fewer than four probes say nothing about how many of them a member misses") {
  watched w;
  w.run(2'500ms);
  CHECK(!w.x.outcomes(w.now));
  w.run(2s);
  CHECK(w.x.outcomes(w.now)->missed == 0);
}

TEST_CASE("what happened while this node was absent is forgotten") {
  watched w;
  w.answers = false;
  w.run(2'200ms);
  w.x.excuse(w.now);
  w.run(2'200ms);
  CHECK(!w.x.stated());
}
