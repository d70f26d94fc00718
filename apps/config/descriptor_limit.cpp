#include "apps/config/descriptor_limit.hpp"

#include <algorithm>
#include <sys/resource.h>

namespace scalesmall {

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return descriptors_wanted;  // unknown limit: do not warn
  if (limit.rlim_cur < descriptors_wanted) {
    const auto before = limit.rlim_cur;
    limit.rlim_cur = std::min<rlim_t>(descriptors_wanted, limit.rlim_max);
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
  }
  return limit.rlim_cur;
}

void raise_descriptor_limit(spdlog::logger& log) {
  if (const auto most = raise_descriptor_limit(); most < descriptors_wanted) {
    log.warn(
        "this process may open {} files only, fewer than connections may be made to it: ulimit -n",
        most);
  }
}

}  // namespace scalesmall
