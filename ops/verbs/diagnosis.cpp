#include "ops/verbs/diagnosis.hpp"

#include <algorithm>
#include <initializer_list>

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

/// Names in a finding; there may be thousands.
constexpr std::size_t names_max = 4;

template <class Names>
std::string list_of(const Names& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), names_max); ++i)
    text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > names_max)
    text += " and " + std::to_string(names.size() - names_max) + " more";
  return text;
}

/// Words on all frames that were refused for a reason, and those that still send such ones.
class refused_frames {
public:
  explicit refused_frames(const symptoms& x) : symptoms_(x) {}

  [[nodiscard]] std::string operator()(std::uint64_t count, const char* words,
                                       std::initializer_list<fault> why) const {
    std::vector<std::string> senders;
    for (const auto& [host, reason] : symptoms_.neighbours.unreadable) {
      if (std::ranges::find(why, reason) != why.end()) senders.push_back(to_string(host));
    }
    return std::to_string(count) + (count == 1 ? " frame " : " frames ") + words +
           (senders.empty() ? "" : "; those of " + list_of(senders) + " still are");
  }

private:
  const symptoms& symptoms_;
};

/// The other nodes of other versions than this one, with their versions.
std::vector<std::string> of_other_versions(const symptoms& x) {
  std::vector<std::string> all;
  for (const auto& [node, version] : x.neighbours.versions) {
    if (version != x.version) all.push_back(to_string(node) + " (" + version + ')');
  }
  return all;
}

template <class Hosts>
std::vector<std::string> as_texts(const Hosts& hosts) {
  std::vector<std::string> all;
  all.reserve(hosts.size());
  for (const auto& host : hosts) all.push_back(to_string(host));
  return all;
}

/// What differs from other nodes, so that one cannot read the other.
void add_differences(findings& all, const symptoms& x) {
  const refused_frames frames{x};
  all.add_if(x.unknown_key + x.bad_seal != 0, "keys",
             frames(x.unknown_key + x.bad_seal,
                    "were sealed with a key that this node does not have, or for another cluster",
                    {fault::unknown_key, fault::bad_seal}),
             "compare keys list and --cluster at all nodes, and add the key that is missing");
  all.add_if(x.not_sealed != 0, "keys",
             frames(x.not_sealed, "came plain, and were refused", {fault::not_sealed}),
             "start the node that sends them with --key-file; the log names it");
  all.add_if(x.seals && x.accepts_plain, "keys",
             "this node takes plain frames from everybody in reach, although it has a key",
             "start it again without --accept-plain when all nodes seal");
  all.add_if(x.plain_accepted != 0, "keys",
             frames(x.plain_accepted, "came plain, and were believed", {}),
             "start the nodes that send them with --key-file");
  all.add_if(!x.seals && !x.loopback, "keys",
             "without a key everybody in reach can read and change what nodes tell each other",
             "make one by scalesmall keygen, and start all nodes with --key-file");
  all.add_if(x.wrong_cluster != 0, "cluster",
             frames(x.wrong_cluster, "came from another cluster", {fault::wrong_cluster}),
             "compare --cluster at all nodes");
  const auto silent = as_texts(x.neighbours.silent);
  all.add_if(!silent.empty(), "cluster",
             list_of(silent) +
                 (silent.size() == 1 ? " connects and closes" : " connect and close") +
                 " without a word",
             "compare --cluster and keys list there; a probe should ask for /health/live instead");
  const auto refused_by = as_texts(x.neighbours.refused_by);
  all.add_if(!refused_by.empty(), "cluster",
             list_of(refused_by) + (refused_by.size() == 1 ? " closes" : " close") +
                 " the connections of this node without an answer",
             "compare --cluster, keys list and the version there; the log there may say which");
  all.add_if(x.wrong_time != 0, "clock",
             frames(x.wrong_time, "were sealed at a time that is far from this node's",
                    {fault::wrong_time}),
             "set the clocks of this machine and of the one that the log names");
  all.add_if(x.unknown_version != 0, "version",
             frames(x.unknown_version, "were of a newer format that this node cannot read",
                    {fault::unknown_version}),
             "bring this node to the version of the others");
  const auto others = of_other_versions(x);
  all.add_if(!others.empty(), "version",
             "this node is of version " + x.version + ", others are not: " + list_of(others),
             "bring all nodes to one version; scalesmall ping says who has which");
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
  add_differences(all, x);
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
