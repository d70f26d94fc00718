#pragma once

#include <chrono>
#include <functional>
#include <scalesmall/call_answers.hpp>
#include <scalesmall/call_error.hpp>
#include <scalesmall/result.hpp>

#include <caf/actor_system.hpp>
#include <caf/atom.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/sec.hpp>

namespace scalesmall {

/// How many times a call is made, if its actor ends each time before it handles the call.
inline constexpr int call_attempts_max = 3;

inline call_error to_call_error(const caf::error& why) {
  if (why.category() == caf::atom("gm")) return static_cast<call_error>(why.code());
  return why == caf::sec::request_timeout ? call_error::timeout : call_error::unavailable;
}

/// Asks an actor and waits for its answer. For threads that are not actors.
template <class Answer, class Actor, class Call>
result<Answer, call_error> ask(caf::actor_system& system, const Actor& whom, const Call& call,
                               std::chrono::milliseconds limit) {
  caf::scoped_actor self{system};
  result<Answer, call_error> outcome = call_error::unavailable;
  // A call that waited at an actor which ended was not carried out. The next actor gets it.
  const auto ended = [&] { return !outcome && outcome.error() == call_error::unavailable; };
  for (int attempt = 0; attempt < call_attempts_max && ended(); ++attempt) {
    self->request(whom, limit, call)
        .receive([&](const Answer& answer) { outcome = answer; },  //
                 [&](const caf::error& why) { outcome = to_call_error(why); });
  }
  return outcome;
}

/// The same for an actor, which goes on meanwhile: calls a function with the outcome.
template <class Answer, class Actor, class Call>
void ask_then(caf::event_based_actor* self, const Actor& whom, const Call& call,
              const std::function<void(result<Answer, call_error>)>& then,
              int attempts = call_attempts_max) {
  self->request(whom, caf::infinite, call)
      .then([then](const Answer& x) { then(x); },
            [=](const caf::error& why) {
              const auto error = to_call_error(why);
              if (error != call_error::unavailable || attempts == 1) return then(error);
              ask_then<Answer>(self, whom, call, then, attempts - 1);
            });
}

}  // namespace scalesmall
