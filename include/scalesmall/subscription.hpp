#pragma once

#include <functional>
#include <scalesmall/group_event.hpp>
#include <scalesmall/registration.hpp>

namespace scalesmall {

/// Calls a function with what happens to a group, until the subscription ends; node::subscribe
/// makes it. For programs without actors; actors use subscriptions.hpp.
///
/// The function runs on a worker thread of the actor system, one call at a time and in order. It
/// may take its time, but it keeps that worker from other actors. What it throws is logged, and the
/// next update comes all the same.
class subscription : public registration {
public:
  using callback = std::function<void(const group_update&)>;
  using registration::registration;
};

}  // namespace scalesmall
