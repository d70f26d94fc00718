#include "actors/broadcast/assignments.hpp"

namespace scalesmall {

assignments assign(const net_id& self, const peer_table::recipients& to) {
  assignments all{plan_broadcast(self, to.familiar), plan_broadcast(self, to.strangers)};
  if (to.put_back) all.familiar.push_back({*to.put_back, {}});
  return all;
}

}  // namespace scalesmall
