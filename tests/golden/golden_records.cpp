#include "tests/golden/golden_records.hpp"

#include <cstdint>
#include <numeric>
#include <utility>

#include "tests/support/sample_gossip.hpp"

namespace scalesmall::golden {

namespace {

constexpr std::uint32_t first_life = 1'763'793'600;
constexpr std::uint32_t second_life = first_life + 77;

const net_id alice{ip_address::v4(192, 168, 1, 100), 29999};
const net_id bob{ip_address::v4(192, 168, 1, 101), 29999};
const net_id carol{ip_address::v4(192, 168, 1, 107), 30000};

broadcast_id broadcast(const net_id& origin, std::uint32_t incarnation, std::uint32_t n) {
  return {origin, std::uint64_t{incarnation} << 32 | n};
}

gossip hello() {
  gossip x;
  x.current_id = broadcast(alice, first_life, 1);
  x.summary = digest{exchange::request, {{"Group1", {{alice, {first_life, 2}}}}}, true};
  x.summary->groups[0].own = claim_hash({{alice, whole_range, op::get, 0}, {first_life, 0}});
  return x;
}

gossip update() {
  gossip x;
  x.current_id = broadcast(alice, first_life, 7);
  x.seen_ids = {broadcast(bob, second_life, 300)};
  x.distribution_list = {bob, carol};
  const stamp joined{first_life, 0};
  const stamp changed{first_life, 1};
  x.messages = {{"Group1",
                 {{alice, changed}},
                 {{{alice, {15, 255}, op::add, 11223}, changed}},
                 {{alice, joined}}}};
  return x;
}

gossip acknowledgement() {
  gossip x;
  x.current_id = {bob, 0};
  x.acknowledged = {broadcast(alice, first_life, 7).seqno};
  return x;
}

gossip ipv6() {
  const net_id loopback{parse_ip_address("::1").value(), 29999};
  const net_id site{parse_ip_address("2001:db8::10").value(), 29999};
  const net_id link{parse_ip_address("fe80::1").value(), 30001};
  gossip x;
  x.current_id = broadcast(site, first_life, 3);
  x.other_ids = {broadcast(alice, first_life, 4), broadcast(alice, first_life, 9)};
  x.distribution_list = {loopback, alice, link};
  x.messages = {{"Gr\xc3\xbcn",
                 {{site, {first_life, 5}}},
                 {{{site, {0, 99}, op::rmv, 80}, {first_life, 4}},
                  {{site, {100, 199}, op::add, 80}, {first_life, 5}}}}};
  return x;
}

gossip exchange_answer() {
  gossip x;
  x.current_id = broadcast(bob, second_life, 12);
  const stamp left{first_life, 3};
  x.messages = {{"Group1",
                 {{alice, left}, {carol, {second_life, 1}}},
                 {{{alice, whole_range, op::rmv, 0}, left},
                  {{alice, {15, 255}, op::rmv, 11223}, left},
                  {{carol, whole_range, op::get, 0}, {second_life, 0}},
                  {{carol, {0, UINT32_MAX / 2}, op::add, 80}, {second_life, 1}}}},
                // A claim of a member whose row is not complete here.
                {"Group2", {}, {{{alice, whole_range, op::get, 0}, {first_life, 0}}}}};
  x.summary = digest{exchange::answer,
                     {{"Group1", {{bob, {first_life, 6}}}, digest_scope::part},
                      {"Group3", {}},
                      {"Group4",
                       {{bob, {second_life, 2}}},
                       digest_scope::hash,
                       clock_hash({bob, {second_life, 2}})}}};
  x.silent = {{carol, 7200}};
  return x;
}

gossip part_of_group() {
  gossip x;
  x.current_id = broadcast(bob, second_life, 20);
  const auto wanted = key_set::of({{0, 99}, {200, 299}});
  x.messages = {{"g1",
                 {{alice, {first_life, 9}}},
                 {{{alice, {50, 149}, op::add, 80}, {first_life, 8}}},
                 {},
                 wanted}};
  x.messages.insert(x.messages.begin(), {"g1",
                                         {{bob, {second_life, 3}}, {carol, {first_life, 0}}},
                                         {},
                                         {},
                                         key_set::none(),
                                         {carol}});
  x.summary = digest{exchange::answer,
                     {{"g0",
                       {{bob, {second_life, 7}}},
                       digest_scope::hash,
                       0x0123'4567'89ab'cdef,
                       {},
                       0,
                       claim_hash({{bob, whole_range, op::get, 0}, {second_life, 7}})},
                      {"g1",
                       {{bob, {second_life, 5}}},
                       digest_scope::hash,
                       0xfedc'ba98'7654'3210,
                       wanted,
                       clock_hash({bob, {}}),
                       claim_hash({{bob, {0, 99}, op::add, 80}, {second_life, 5}})}}};
  return x;
}

gossip application() {
  gossip x;
  x.current_id = broadcast(bob, second_life, 15);
  x.distribution_list = {carol};
  const std::string text = "hithere";
  x.application = application_batch{
      broadcast(alice, first_life, 4), "Group1", "chat", {2, 0, 5}, {text.begin(), text.end()}};
  return x;
}

std::string list(const std::string& name, const auto& entries) {
  std::string text = name + ':';
  for (const auto& entry : entries) text += ' ' + to_string(entry);
  return text + '\n';
}

}  // namespace

key_ptr sealing_key() {
  scalesmall::sealing_key::secret_bytes secret;
  std::iota(secret.begin(), secret.end(), std::uint8_t{0});
  return std::make_shared<const scalesmall::sealing_key>(secret);
}

seal_nonce nonce() {
  seal_nonce x;
  std::iota(x.begin(), x.end(), std::uint8_t{0x40});
  return x;
}

std::vector<golden> all() {
  return {
      {"hello", "what a node says first to a peer: a digest and nothing else", "", hello()},
      {"update", "one change: a delta of the changed member, on its way to two nodes", "",
       update()},
      {"acknowledgement", "what comes back once that is merged", "", acknowledgement()},
      {"group_of_two", "the whole of a regular group of 2", "", samples::regular_group(2)},
      {"group_of_hundred",
       "the whole of a regular group of 100; compressed. Member i of 0..99 is "
       "192.168.0.(i+1):29999, has\n"
       "clock 0.c with c = 1 + i mod 7, gets 0..4294967295 (port 0, clock 0.c) and adds\n"
       "i*42949672..(i+1)*42949672-1 (port 11223, clock 0.c). Member 0 sends number 42 to all "
       "others,\n"
       "of which it has seen number 3i each. The group is Group1.",
       "", samples::regular_group(100)},
      {"ipv6", "IPv6 and IPv4 in one frame, a removal, two broadcasts passed on, a name in UTF-8",
       "", ipv6()},
      {"exchange_answer", "the second step of an exchange, in the cluster \"blue\"", "blue",
       exchange_answer()},
      {"part_of_group",
       "what a node that wants a part of a group says in an exchange: who is a member or none any "
       "more,\n"
       "a row as far as it wants it, and hashes of what it knows",
       "", part_of_group()},
      {"application", "messages of a program, passed on by a node that is not their origin", "",
       application()},
      {"sealed_hello",
       "hello in the cluster \"blue\", sealed with the key 00 01 02 ... 1f (fingerprint\n" +
           sealing_key()->fingerprint() + ") and the nonce 40 41 42 ... 57",
       "blue", hello(), true},
  };
}

std::string describe(const gossip& x) {
  if (x.distribution_list.size() > 10) return to_string(x) + '\n';
  std::string text = "current_id: " + to_string(x.current_id) + '\n';
  text += list("seen_ids", x.seen_ids);
  text += list("other_ids", x.other_ids);
  text += list("distribution_list", x.distribution_list);
  for (const auto& message : x.messages) {
    text += "message: " + to_string(message);
    if (!message.since.empty()) text += "since: " + to_string(message.since) + '\n';
  }
  for (const auto& number : x.acknowledged)
    text += "acknowledged: " + std::to_string(number) + '\n';
  for (const auto& member : x.silent) text += to_string(member) + '\n';
  if (x.application) text += "application: " + to_string(*x.application) + '\n';
  if (!x.summary) return text;
  text += "digest: " + std::string{to_string(x.summary->stage)} +
          (x.summary->all_groups ? " of all groups\n" : "\n");
  for (const auto& group : x.summary->groups) {
    text += "group: " + group.group_name + ' ' +
            (group.scope == digest_scope::hash
                 ? "hash " + std::to_string(group.hash) + ' ' + to_string(group.time)
             : group.scope == digest_scope::part ? "part " + to_string(group.time)
                                                 : to_string(group.time)) +
            (group.own == 0 ? "" : " own " + std::to_string(group.own)) +
            (group.within.is_whole() ? "\n"
                                     : " within " + to_string(group.within) + " members " +
                                           std::to_string(group.members) + '\n');
  }
  return text;
}

}  // namespace scalesmall::golden
