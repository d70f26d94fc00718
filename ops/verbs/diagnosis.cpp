#include "ops/verbs/diagnosis.hpp"

namespace scalesmall {

namespace {

/// Of all descriptors, before it is a finding.
constexpr std::uint64_t descriptors_percent = 80;

class findings {
public:
  void add_if(bool so, const char* subject, std::string what, const char* remedy) {
    if (so) all_.push_back({subject, std::move(what), remedy});
  }
  [[nodiscard]] std::vector<finding> take() { return std::move(all_); }

private:
  std::vector<finding> all_;
};

std::string frames(std::uint64_t count, const char* of) {
  return std::to_string(count) + (count == 1 ? " frame " : " frames ") + of;
}

}  // namespace

std::vector<finding> diagnose(const symptoms& x) {
  findings all;
  all.add_if(x.isolated, "network", "this node hears none of those that it should hear",
             "look at its network, and at the log for keys and clusters");
  all.add_if(!x.ready, "seeds", "this node has not heard yet of what its seeds know",
             "check that a node runs at an address of --peers, and that it can be reached");
  all.add_if(
      x.unreachable != 0, "network",
      std::to_string(x.unreachable) + " of " + std::to_string(x.peers) + " peers are unreachable",
      "scalesmall reachability says who states it and why; start or remove them");
  all.add_if(
      x.unknown_key + x.bad_seal != 0, "keys",
      frames(x.unknown_key + x.bad_seal, "were sealed with a key that this node does not have"),
      "compare keys list and --cluster at all nodes, and add the key that is missing");
  all.add_if(x.not_sealed != 0, "keys", frames(x.not_sealed, "came plain, and were refused"),
             "start the node that sends them with --key-file; the log names it");
  all.add_if(x.seals && x.accepts_plain, "keys",
             "this node takes plain frames from everybody in reach, although it has a key",
             "start it again without --accept-plain when all nodes seal");
  all.add_if(x.plain_accepted != 0, "keys",
             frames(x.plain_accepted, "came plain, and were believed"),
             "start the nodes that send them with --key-file");
  all.add_if(!x.seals && !x.loopback, "keys",
             "without a key everybody in reach can read and change what nodes tell each other",
             "make one by scalesmall keygen, and start all nodes with --key-file");
  all.add_if(x.wrong_cluster != 0, "cluster", frames(x.wrong_cluster, "came from another cluster"),
             "compare --cluster at all nodes");
  all.add_if(x.wrong_time != 0, "clock",
             frames(x.wrong_time, "were sealed at a time that is far from this node's"),
             "set the clocks of this machine and of the one that the log names");
  all.add_if(x.unknown_version != 0, "version",
             frames(x.unknown_version, "were of a newer format that this node cannot read"),
             "bring this node to the version of the others");
  all.add_if(x.multicast && x.peers != 0 && x.datagrams_received == 0, "multicast",
             "no multicast was heard, although there are peers",
             "nothing needs it; if the network should carry it, look at its switches and at "
             "--multicast");
  all.add_if(
      x.descriptors_max != 0 && x.descriptors_open > x.descriptors_max / 100 * descriptors_percent,
      "descriptors",
      std::to_string(x.descriptors_open) + " of " + std::to_string(x.descriptors_max) +
          " descriptors are open",
      "raise the limit of open files (ulimit -n, LimitNOFILE)");
  all.add_if(x.loopback && x.peers == 0, "address",
             "this node is at a loopback address and knows no other node",
             "start it with --address, or with a key, if nodes of other machines are to find it");
  all.add_if(x.restarts != 0, "actors",
             "actors were restarted " + std::to_string(x.restarts) +
                 (x.restarts == 1 ? " time" : " times"),
             "scalesmall tree says which and why");
  return all.take();
}

}  // namespace scalesmall
