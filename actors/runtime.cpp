#include <scalesmall/runtime.hpp>
#include <scalesmall/setup.hpp>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

namespace scalesmall {

struct runtime::impl {
  caf::actor_system_config config;
  caf::actor_system system{(setup(config), config)};
  std::unique_ptr<node> host;
};

runtime::runtime(std::unique_ptr<impl> inside) noexcept : impl_(std::move(inside)) {}
runtime::~runtime() = default;
runtime::runtime(runtime&&) noexcept = default;
runtime& runtime::operator=(runtime&&) noexcept = default;

result<runtime, node_error> runtime::start(const node_config& config,
                                           node_environment environment) {
  auto inside = std::make_unique<impl>();
  auto started = node::start(inside->system, config, std::move(environment));
  if (!started) return started.error();
  inside->host = std::move(*started);
  return runtime{std::move(inside)};
}

node& runtime::host() const noexcept { return *impl_->host; }

caf::actor_system& runtime::system() const noexcept { return impl_->system; }

}  // namespace scalesmall
