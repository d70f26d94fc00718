#pragma once

#include <optional>
#include <scalesmall/result.hpp>
#include <string>
#include <sys/types.h>

namespace scalesmall {

/// Why a socket is not there: one sentence.
struct socket_refused {
  std::string sentence;
  bool in_use = false;  ///< by another process, which is alive
};

/// A listening unix socket in the file system, with a lock beside it: PATH.lock. So a socket that a
/// dead process left is taken over, and that of a live one never is. The destructor removes both.
class control_socket {
public:
  /// The most bytes of a path; the system's bound.
  static constexpr std::size_t path_bytes_max = 107;

  /// @param mode  of the file: who may connect
  [[nodiscard]] static result<control_socket, socket_refused> open(const std::string& path,
                                                                   mode_t mode);
  control_socket(control_socket&& other) noexcept;
  control_socket& operator=(control_socket&&) = delete;
  ~control_socket();

  /// The socket, from now on of the caller, who closes it.
  [[nodiscard]] int release() noexcept;
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
  control_socket(std::string path, int lock, int socket) noexcept;

  std::string path_;  // empty: moved from
  int lock_;
  int socket_;
};

}  // namespace scalesmall
