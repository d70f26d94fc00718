#include "tests/messages/generators.hpp"

#include <optional>

namespace scalesmall::generators {

rc::Gen<std::uint32_t> number() {
  return rc::gen::weightedOneOf<std::uint32_t>({
      {4, rc::gen::inRange<std::uint32_t>(0, 5)},
      {2, rc::gen::inRange<std::uint32_t>(1'760'000'000, 1'760'100'000)},
      {1, rc::gen::arbitrary<std::uint32_t>()},
      {1, rc::gen::element<std::uint32_t>(UINT32_MAX, UINT32_MAX - 1, 1U << 31)},
  });
}

rc::Gen<std::string> group_name() {
  return rc::gen::element<std::string>("Group1", "Group2", "g",
                                       "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
                                       std::string(255, 'x'), "a b");
}

namespace {

rc::Gen<ip_address> address() {
  return rc::gen::mapcat(rc::gen::inRange(0, 8), [](int kind) -> rc::Gen<ip_address> {
    const auto byte = rc::gen::inRange<std::uint8_t>(0, 4);
    if (kind < 6) return rc::gen::map(byte, [](auto x) { return ip_address::v4(192, 168, 1, x); });
    if (kind == 6) return rc::gen::map(byte, [](auto x) { return ip_address::from_halves(0, x); });
    return rc::gen::map(rc::gen::pair(number(), number()), [](const auto& x) {
      return ip_address::from_halves(0xfe80'0000'0000'0000U + x.first,
                                     std::uint64_t{x.second} << 32 | x.first);
    });
  });
}

}  // namespace

}  // namespace scalesmall::generators

namespace rc {

Gen<scalesmall::ip_address> Arbitrary<scalesmall::ip_address>::arbitrary() {
  return scalesmall::generators::address();
}

Gen<scalesmall::net_id> Arbitrary<scalesmall::net_id>::arbitrary() {
  using scalesmall::net_id;
  return gen::build<net_id>(
      gen::set(&net_id::address, scalesmall::generators::address()),
      gen::set(&net_id::port, gen::element<std::uint16_t>(29999, 29999, 29999, 30000, 0, 65535)));
}

Gen<scalesmall::stamp> Arbitrary<scalesmall::stamp>::arbitrary() {
  using scalesmall::stamp;
  return gen::build<stamp>(gen::set(&stamp::incarnation, scalesmall::generators::number()),
                           gen::set(&stamp::counter, scalesmall::generators::number()));
}

Gen<scalesmall::local_clock> Arbitrary<scalesmall::local_clock>::arbitrary() {
  using scalesmall::local_clock;
  return gen::build<local_clock>(gen::set(&local_clock::member), gen::set(&local_clock::at));
}

Gen<scalesmall::broadcast_id> Arbitrary<scalesmall::broadcast_id>::arbitrary() {
  using scalesmall::broadcast_id;
  const auto number = scalesmall::generators::number();
  return gen::build<broadcast_id>(
      gen::set(&broadcast_id::origin),
      gen::set(&broadcast_id::seqno, gen::map(gen::pair(number, number), [](const auto& x) {
        return std::uint64_t{x.first} << 32 | x.second;
      })));
}

Gen<scalesmall::key_range> Arbitrary<scalesmall::key_range>::arbitrary() {
  const auto number = scalesmall::generators::number();
  return gen::oneOf(
      gen::just(scalesmall::whole_range), gen::map(gen::pair(number, number), [](const auto& x) {
        return scalesmall::key_range{std::min(x.first, x.second), std::max(x.first, x.second)};
      }));
}

Gen<scalesmall::key_set> Arbitrary<scalesmall::key_set>::arbitrary() {
  const auto some = gen::nonEmpty(gen::arbitrary<std::vector<scalesmall::key_range>>());
  return gen::oneOf(gen::just(scalesmall::key_set{}), gen::map(some, &scalesmall::key_set::of));
}

Gen<scalesmall::timed_item> Arbitrary<scalesmall::timed_item>::arbitrary() {
  using scalesmall::item, scalesmall::op, scalesmall::timed_item;
  const auto item_gen =
      gen::build<item>(gen::set(&item::member), gen::set(&item::range),
                       gen::set(&item::op, gen::element(op::add, op::rmv, op::get)),
                       gen::set(&item::port, gen::element<std::uint16_t>(0, 11223, 65535)));
  return gen::build<timed_item>(gen::set(&timed_item::item, item_gen), gen::set(&timed_item::at));
}

Gen<scalesmall::timed_set> Arbitrary<scalesmall::timed_set>::arbitrary() {
  return gen::map(gen::arbitrary<std::vector<scalesmall::timed_item>>(), [](const auto& items) {
    scalesmall::timed_set x;
    for (const auto& i : items) x.put(i);
    return x;
  });
}

Gen<scalesmall::world_clock> Arbitrary<scalesmall::world_clock>::arbitrary() {
  return gen::map(gen::arbitrary<std::vector<scalesmall::local_clock>>(), [](const auto& clocks) {
    scalesmall::world_clock x;
    for (const auto& i : clocks) x.advance(i);
    return x;
  });
}

Gen<scalesmall::message> Arbitrary<scalesmall::message>::arbitrary() {
  using scalesmall::message;
  const auto any = gen::build<message>(
      gen::set(&message::group_name, scalesmall::generators::group_name()),
      gen::set(&message::time), gen::set(&message::items),
      gen::set(&message::within, gen::oneOf(gen::just(scalesmall::key_set::none()),
                                            gen::arbitrary<scalesmall::key_set>())));
  // Some of the rows become deltas, and some members of a part are absent.
  return gen::map(gen::pair(any, gen::arbitrary<std::vector<std::uint8_t>>()), [](auto both) {
    auto& [x, reaches] = both;
    const auto clocks = x.time.clocks();
    for (std::size_t i = 0; i < std::min(clocks.size(), reaches.size()); ++i) {
      if (!x.within.is_whole() && reaches[i] >= 128) x.absent.push_back(clocks[i].member);
      const std::uint32_t reach = reaches[i] % 4;
      if (reach == 0 || reach > clocks[i].at.counter) continue;
      x.since.advance({clocks[i].member, {clocks[i].at.incarnation, clocks[i].at.counter - reach}});
    }
    return x;
  });
}

Gen<scalesmall::group_digest> Arbitrary<scalesmall::group_digest>::arbitrary() {
  using scalesmall::group_digest, scalesmall::digest_scope;
  const auto name = gen::set(&group_digest::group_name, scalesmall::generators::group_name());
  const auto some_clock =
      gen::map(gen::arbitrary<std::vector<scalesmall::local_clock>>(), [](const auto& clocks) {
        scalesmall::world_clock x;
        if (!clocks.empty()) x.advance(clocks.front());
        return x;
      });
  const auto any = gen::oneOf(
      gen::build<group_digest>(
          name, gen::set(&group_digest::time), gen::set(&group_digest::within),
          gen::set(&group_digest::scope, gen::element(digest_scope::whole, digest_scope::part))),
      gen::build<group_digest>(name, gen::set(&group_digest::within),
                               gen::set(&group_digest::scope, gen::just(digest_scope::hash)),
                               gen::set(&group_digest::time, some_clock),
                               gen::set(&group_digest::hash)));
  return gen::map(gen::pair(any, gen::arbitrary<std::uint64_t>()), [](auto both) {
    auto& [x, number] = both;
    if (!x.within.is_whole()) x.members = number;
    if (x.scope != digest_scope::part) x.own = ~number;
    return x;
  });
}

Gen<scalesmall::digest> Arbitrary<scalesmall::digest>::arbitrary() {
  using scalesmall::digest, scalesmall::exchange, scalesmall::group_digest;
  const auto groups = scalesmall::generators::ascending_by(gen::arbitrary<group_digest>(),
                                                           &group_digest::group_name);
  return gen::build<digest>(
      gen::set(&digest::stage,
               gen::element(exchange::request, exchange::answer, exchange::push, exchange::rest)),
      gen::set(&digest::groups, groups), gen::set(&digest::all_groups));
}

Gen<scalesmall::silence> Arbitrary<scalesmall::silence>::arbitrary() {
  using scalesmall::silence;
  return gen::build<silence>(gen::set(&silence::member),
                             gen::set(&silence::seconds, scalesmall::generators::number()));
}

Gen<scalesmall::application_batch> Arbitrary<scalesmall::application_batch>::arbitrary() {
  using scalesmall::application_batch;
  const auto any = gen::build<application_batch>(
      gen::set(&application_batch::id),
      gen::set(&application_batch::group, scalesmall::generators::group_name()),
      gen::set(&application_batch::tag, scalesmall::generators::group_name()),
      gen::set(&application_batch::content));
  // Cuts anywhere, also before the first byte and after the last.
  return gen::map(gen::pair(any, gen::arbitrary<std::vector<std::uint8_t>>()), [](auto both) {
    auto& [x, cuts] = both;
    auto left = static_cast<std::uint32_t>(x.content.size());
    for (const auto cut : cuts) {
      x.sizes.push_back(std::min<std::uint32_t>(cut, left));
      left -= x.sizes.back();
    }
    x.sizes.push_back(left);
    return x;
  });
}

Gen<scalesmall::gossip> Arbitrary<scalesmall::gossip>::arbitrary() {
  using scalesmall::application_batch, scalesmall::broadcast_id, scalesmall::digest,
      scalesmall::gossip, scalesmall::message;
  namespace generators = scalesmall::generators;
  const auto ids = generators::ascending(gen::arbitrary<broadcast_id>());
  const auto one_per_origin =
      generators::ascending_by(gen::arbitrary<broadcast_id>(), &broadcast_id::origin);
  const auto messages = generators::ascending_by(
      gen::arbitrary<message>(), [](const message& x) { return scalesmall::order_of(x); });
  const auto summary = gen::oneOf(
      gen::just(std::optional<digest>{}),
      gen::map(gen::arbitrary<digest>(), [](auto x) { return std::optional{std::move(x)}; }));
  const auto application = gen::oneOf(gen::just(std::optional<application_batch>{}),
                                      gen::map(gen::arbitrary<application_batch>(),
                                               [](auto x) { return std::optional{std::move(x)}; }));
  return gen::build<gossip>(
      gen::set(&gossip::current_id), gen::set(&gossip::seen_ids, one_per_origin),
      gen::set(&gossip::other_ids, ids),
      gen::set(&gossip::distribution_list,
               generators::ascending(gen::arbitrary<scalesmall::net_id>())),
      gen::set(&gossip::messages, messages), gen::set(&gossip::summary, summary),
      gen::set(&gossip::acknowledged, generators::ascending(gen::arbitrary<std::uint64_t>())),
      gen::set(&gossip::silent, generators::ascending_by(gen::arbitrary<scalesmall::silence>(),
                                                         &scalesmall::silence::member)),
      gen::set(&gossip::application, application));
}

}  // namespace rc
