#pragma once

#include <string>

#include "actors/persistence/state_files.hpp"

namespace scalesmall {

/// A directory of the operating system. It is opened by the first operation that succeeds in it,
/// and made if it does not exist. All operations fail with the error of the system otherwise.
class posix_directory final : public state_directory {
public:
  explicit posix_directory(std::string path) : path_(std::move(path)) {}
  ~posix_directory() override { close(); }

  /// Takes the directory for this process until this object is destroyed. A process that dies gives
  /// it back. Errors: device_or_resource_busy if another process has it (or another object in this
  /// one); other errors of the system if the directory cannot be used, or has no locks.
  [[nodiscard]] std::error_code lock();

  /// Gives the directory back. A later operation opens it again, without the lock.
  void close();

  [[nodiscard]] result<std::string, std::error_code> read(const std::string& name,
                                                          std::size_t bytes_max) override;
  [[nodiscard]] std::error_code create(const std::string& name) override;
  [[nodiscard]] result<std::size_t, std::error_code> append(std::string_view bytes) override;
  [[nodiscard]] std::error_code sync_file() override;
  [[nodiscard]] std::error_code link(const std::string& from, const std::string& to) override;
  [[nodiscard]] std::error_code rename(const std::string& from, const std::string& to) override;
  std::error_code remove(const std::string& name) override;
  [[nodiscard]] std::error_code sync_directory() override;

private:
  [[nodiscard]] std::error_code open();
  void close_file();

  std::string path_;
  int directory_ = -1;
  int file_ = -1;
};

}  // namespace scalesmall
