#include "supervision/decisions/restart_intensity.hpp"

namespace scalesmall::supervision {

bool restart_intensity::allow(time_point now) {
  while (!restarts_.empty() && now - restarts_.front() > period_) restarts_.pop_front();
  restarts_.push_back(now);
  if (restarts_.size() <= limit_) return true;
  restarts_.pop_front();
  return false;
}

}  // namespace scalesmall::supervision
