#include <cstdlib>
#include <scalesmall/ops_server.hpp>
#include <scalesmall/runtime.hpp>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

int main() {
  scalesmall::node_config config;
  config.listen.port = 0;
  config.multicast = false;
  const auto running = scalesmall::runtime::start(config);
  if (!running) return 1;
  char path[] = "/tmp/scalesmall-operated-XXXXXX";
  const auto directory = ::mkdtemp(path);
  if (directory == nullptr) return 2;
  scalesmall::ops_config ops;
  ops.control_socket = std::string{directory} + "/node.sock";
  struct stat about {};
  {
    const auto server = scalesmall::ops_server::start(running->host(), ops);
    if (!server || ::stat(ops.control_socket.c_str(), &about) != 0) return 3;
  }
  const bool gone = ::stat(ops.control_socket.c_str(), &about) != 0;
  return gone && ::rmdir(directory) == 0 ? 0 : 4;
}
