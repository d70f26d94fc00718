#include <scalesmall/supervision/should_restart.hpp>

namespace scalesmall::supervision {

bool should_restart(restart_type restart, exit_kind kind) noexcept {
  switch (restart) {
    case restart_type::permanent:
      return true;
    case restart_type::transient:
      return kind == exit_kind::abnormal;
    case restart_type::temporary:
      return false;
  }
  return false;
}

bool should_shut_down(auto_shutdown mode, bool significant, std::size_t significant_left) noexcept {
  if (!significant) return false;
  switch (mode) {
    case auto_shutdown::never:
      return false;
    case auto_shutdown::any_significant:
      return true;
    case auto_shutdown::all_significant:
      return significant_left == 0;
  }
  return false;
}

}  // namespace scalesmall::supervision
