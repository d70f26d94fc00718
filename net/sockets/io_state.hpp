#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <scalesmall/network.hpp>

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>

namespace scalesmall {

/// State that the I/O thread and its ports share. Only for the sources of the Asio ports.
struct io_state {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};

  /// The index of the interface on which a node listens at a link-local IPv6 address. Peers with
  /// such addresses are on that link.
  std::atomic<unsigned> link{0};

  /// The I/O thread reads into this buffer and copies what came, so that an idle port holds no
  /// buffer.
  std::array<std::uint8_t, port_chunk_bytes_max> buffer;
};

}  // namespace scalesmall
