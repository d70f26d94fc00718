#pragma once

#include <new>
#include <system_error>

#include "net/sockets/endpoint.hpp"

namespace scalesmall {

/// What the exception that is being handled says, as the error of a port.
[[nodiscard]] inline std::error_code thrown_error() {
  try {
    throw;
  } catch (const std::system_error& x) {
    return from_asio(x.code());
  } catch (const std::bad_alloc&) {
    return std::make_error_code(std::errc::not_enough_memory);
  } catch (...) {
    return std::make_error_code(std::errc::io_error);
  }
}

}  // namespace scalesmall
