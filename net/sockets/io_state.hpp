#pragma once

#include <array>
#include <cstdint>
#include <scalesmall/network.hpp>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>

namespace scalesmall {

/// State that the I/O thread and its ports share. Only for the sources of the Asio ports.
struct io_state {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};

  /// The I/O thread reads into this buffer and copies what came, so that an idle port holds no
  /// buffer.
  std::array<std::uint8_t, port_chunk_bytes_max> buffer;
};

}  // namespace scalesmall
