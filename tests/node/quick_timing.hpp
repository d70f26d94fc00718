#pragma once

#include <scalesmall/serve_options.hpp>

namespace scalesmall {

/// Options of a service that gets going within a second.
inline serve_options quick_service(std::uint32_t replicas, std::uint32_t expect = 0) {
  using ms = std::chrono::milliseconds;
  serve_options x;
  x.port = 80;
  x.replicas = replicas;
  x.slots = 16;
  x.expect = expect;
  x.timing = {ms{200}, ms{1'000}, ms{100}, ms{1'000}, ms{3'000}, ms{300}, ms{300}, ms{3'000}};
  return x;
}

}  // namespace scalesmall
