#include "ops/verbs/command_error.hpp"

namespace scalesmall {

std::string_view to_string(command_fault x) noexcept {
  switch (x) {
    case command_fault::unknown_command:
      return "unknown_command";
    case command_fault::invalid_argument:
      return "invalid_argument";
    case command_fault::not_found:
      return "not_found";
    case command_fault::unknown_group:
      return "unknown_group";
    case command_fault::timeout:
      return "timeout";
    case command_fault::unavailable:
      return "unavailable";
    case command_fault::not_kept:
      return "not_kept";
    case command_fault::internal:
      break;
  }
  return "internal";
}

command_error describe(call_error x) {
  switch (x) {
    case call_error::invalid_argument:
      return {command_fault::invalid_argument, "the node refused an argument"};
    case call_error::not_found:
      return {command_fault::not_found, "this node has no such item in this group"};
    case call_error::limit_exceeded:
      return {command_fault::unavailable, "the topology would grow beyond its limits"};
    case call_error::unavailable:
      return {command_fault::unavailable, "the actor in charge is not running"};
    case call_error::unknown_group:
      return {command_fault::unknown_group, "this node has never heard of that group"};
    case call_error::not_kept:
      return {command_fault::not_kept,
              "done, but the disk does not have it: a restart may undo it; the log says why"};
    case call_error::no_state:
      return {command_fault::invalid_argument,
              "this node has no directory to keep anything in, start it with --state"};
    case call_error::timeout:
      return {command_fault::timeout, "no answer in time; the change may still be made"};
  }
  return {command_fault::internal, "an unknown refusal"};
}

}  // namespace scalesmall
