#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "messages/codec/codec.hpp"
#include "messages/limits.hpp"
#include "tests/messages/codec/bodies.hpp"

using namespace scalesmall;
using namespace scalesmall::bodies;

namespace {

const net_id a{ip_address::v4(0, 0, 0, 5), 7};
const net_id b{ip_address::v4(0, 0, 0, 6), 7};

bytes envelope_with(const bytes& rest) {
  return joined({table, section(2, joined({{0, 0, 42}, rest}))});
}

/// A message of group "g"; `rest` begins with its clocks.
bytes message_with(const bytes& rest) {
  return joined({start, section(3, joined({{1, 'g'}, rest}))});
}

/// A message of group "g" without rows, restricted to these keys.
bytes part_of(const bytes& keys) {
  return joined({start, section(8, joined({keys, {1, 'g', 0, 0, 0, 0, 0}}))});
}

/// A message of group "g" within no keys; `rest` begins with its clocks.
bytes part_with(const bytes& rest) {
  return joined({start, section(8, joined({{0, 1, 'g'}, rest}))});
}

/// The hash of the members that a node with an interest in a part knows.
const bytes members_hash{1, 2, 3, 4, 5, 6, 7, 8};

/// The hash of the claims of the sender's own row, if it has none.
const bytes no_own(8, 0);

/// A digest's entry of a group of which the sender knows no row.
bytes empty_group(std::uint8_t name) { return joined({{1, name, 0, 0}, no_own}); }

/// Interests; the content ends before the hash of the last.
bytes interests(const bytes& content) { return section(9, joined({content, members_hash})); }

/// A digest of groups "f" and "g", and these interests.
bytes interested_with(const bytes& content) {
  return joined({start, section(4, joined({{0, 0, 2}, empty_group('f'), empty_group('g')})),
                 interests(content)});
}

bytes application_with(const bytes& content) { return joined({start, section(7, content)}); }

bytes digest_with(const bytes& content) { return joined({start, section(4, content)}); }

}  // namespace

TEST_CASE("bodies written by hand are read") {
  const auto plain = decode(start);
  REQUIRE(plain);
  CHECK(plain->current_id == broadcast_id{a, 3ULL << 32 | 42});

  const auto lists = decode(envelope_with({1, 1, 3, 9,              // seen: b, incarnation 0
                                           2, 0, 0, 1, 0xf1, 8, 9,  // other: a twice
                                           2, 0, 0}));              // to a and b
  REQUIRE(lists);
  CHECK(lists->seen_ids == std::vector<broadcast_id>{{b, 9}});
  CHECK(lists->other_ids == std::vector<broadcast_id>{{a, 2ULL << 32 | 8}, {a, 2ULL << 32 | 9}});
  CHECK(lists->distribution_list == std::vector{a, b});

  const auto items =
      decode(message_with({1, 0, 0, 6,    4,                   // a's clock is 3.6, since 3.2
                           1, 0, 1, 0xf1, 1, 4,  2, 80, 0, 2,  // a: add 1..3 and 4..6, clock 3.5
                           1, 1, 0, 9,    0, 80, 1, 1,         // b: rmv 9..9, clock 2.1
                           0}));
  REQUIRE(items);
  const auto& message = items->messages.at(0);
  CHECK(message.group_name == "g");
  CHECK(message.time == world_clock{{a, {3, 6}}});
  CHECK(message.since == world_clock{{a, {3, 2}}});
  CHECK(message.items == timed_set{{{a, {1, 3}, op::add, 80}, {3, 5}},
                                   {{a, {4, 6}, op::add, 80}, {3, 5}},
                                   {{b, {9, 9}, op::rmv, 80}, {2, 1}}});

  const auto digest = decode(digest_with(joined({{1, 1, 3},
                                                 empty_group('f'),
                                                 {1, 'g', 1, 1, 1, 0, 4},
                                                 {1, 'h', 2, 1, 0, 0, 6},
                                                 {8, 7, 6, 5, 4, 3, 2, 1},
                                                 {1, 2, 3, 4, 5, 6, 7, 8}})));
  REQUIRE(digest);
  CHECK(digest->summary->stage == exchange::answer);
  CHECK(digest->summary->all_groups);
  CHECK(digest->summary->groups ==
        std::vector<group_digest>{{"f", {}},
                                  {"g", {{b, {3, 4}}}, digest_scope::part},
                                  {"h",
                                   {{a, {3, 6}}},
                                   digest_scope::hash,
                                   0x0102'0304'0506'0708,
                                   {},
                                   0,
                                   0x0807'0605'0403'0201}});

  const auto others =
      decode(joined({start, section(5, {2, 0xf1, 7, 9}), section(6, {1, 1, 0x90, 0x1c})}));
  REQUIRE(others);
  CHECK(others->acknowledged == std::vector<std::uint64_t>{7, 9});
  CHECK(others->silent == std::vector<silence>{{b, 3600}});

  const auto keys = key_set::of({{5, 14}, {20, 29}});
  const auto part =
      decode(joined({part_of({1, 0, 9}), section(8, {2, 0xf1, 5, 6, 9, 1, 'g', 0, 0, 0, 0, 0})}));
  REQUIRE(part);
  CHECK(part->messages == std::vector<scalesmall::message>{{"g", {}, {}, {}, key_set::of({{0, 9}})},
                                                           {"g", {}, {}, {}, keys}});
  const auto members = decode(part_with({2, 0, 0, 0, 0xf1, 4, 5, 0, 0, 0, 0, 1, 1}));
  REQUIRE(members);
  CHECK(members->messages == std::vector<scalesmall::message>{
                                 {"g", {{a, {3, 4}}, {b, {3, 5}}}, {}, {}, key_set::none(), {b}}});
  const auto interested = decode(interested_with({1, 1, 2, 0xf1, 5, 6, 9}));
  REQUIRE(interested);
  CHECK(interested->summary->groups ==
        std::vector<group_digest>{{"f", {}},
                                  {"g", {}, digest_scope::whole, 0, keys, 0x0102'0304'0506'0708}});
}

TEST_CASE("a batch of messages written by hand is read") {
  // From b, number 2 * 2^32 + 9, for "g" with tag "t": "ab", "" and "c".
  const auto read =
      decode(application_with({1, 1, 9, 1, 'g', 1, 't', 2, 0xf1, 2, 0, 1, 'a', 'b', 'c'}));
  REQUIRE(read);
  CHECK(read->application ==
        application_batch{{b, 2ULL << 32 | 9}, "g", "t", {2, 0, 1}, {'a', 'b', 'c'}});
}

TEST_CASE("sections of unknown tags are skipped") {
  const auto unknown = section(1'000'000, {1, 2, 3});
  CHECK(decode(joined({table, unknown, envelope, section(77, {})})) == decode(start));
}

TEST_CASE("each malformed body has its fault") {
  struct example {
    std::string what;
    bytes body;
    fault why;
  };
  const std::vector<example> examples{
      {"nothing", {}, fault::missing_section},
      {"no table", envelope, fault::missing_section},
      {"the table not first", joined({section(9, {}), start}), fault::missing_section},
      {"no envelope", table, fault::missing_section},
      {"two tables", joined({table, table, envelope}), fault::duplicate_section},
      {"two envelopes", joined({start, envelope}), fault::duplicate_section},
      {"two digests", joined({start, section(4, {0, 0, 0}), section(4, {0, 0, 0})}),
       fault::duplicate_section},
      {"two lists of acknowledgements", joined({start, section(5, {1, 7}), section(5, {1, 7})}),
       fault::duplicate_section},
      {"two lists of the silent", joined({start, section(6, {1, 0, 9}), section(6, {1, 0, 9})}),
       fault::duplicate_section},
      {"acknowledgements after an empty list", joined({start, section(5, {0}), section(5, {1, 7})}),
       fault::duplicate_section},
      {"two empty lists of acknowledgements", joined({start, section(5, {0}), section(5, {0})}),
       fault::duplicate_section},
      {"the silent after an empty list", joined({start, section(6, {0}), section(6, {1, 0, 9})}),
       fault::duplicate_section},
      {"two empty lists of the silent", joined({start, section(6, {0}), section(6, {0})}),
       fault::duplicate_section},
      {"a tag without length", joined({start, {3}}), fault::truncated},
      {"a section longer than the body", joined({start, {3, 200, 1}}), fault::truncated},
      {"a section of 2^63 bytes", joined({start, {9}, varint(1ULL << 63)}), fault::limit_exceeded},
      {"a tag over 64 bits", joined({start, bytes(10, 0xff), {0}}), fault::number_out_of_range},

      {"the table cut", joined({section(1, {2, 0, 0xf1, 5, 6, 7}), envelope}), fault::truncated},
      {"bytes after the table", joined({section(1, {2, 0, 0xf1, 5, 6, 7, 3, 0}), envelope}),
       fault::trailing_bytes},
      {"a table out of order", joined({section(1, {2, 0, 0xf1, 6, 5, 7, 3}), envelope}),
       fault::not_sorted},
      {"an id twice", joined({section(1, {2, 0, 5, 7, 3}), envelope}), fault::not_sorted},
      {"a port over 16 bits", joined({section(1, {1, 0, 5, 0x80, 0x80, 4, 3}), envelope}),
       fault::number_out_of_range},
      {"too many ids",
       joined({section(1, joined({varint(limits::net_ids_max + 1), {0, 0, 0, 0}})), envelope}),
       fault::limit_exceeded},

      {"a sender that is not in the table", joined({table, section(2, {2, 0, 42, 0, 0, 0})}),
       fault::bad_index},
      {"a number over 32 bits",
       joined({table, section(2, joined({{0, 0}, varint(1ULL << 32), {0, 0, 0}}))}),
       fault::number_out_of_range},
      {"an incarnation below 0", joined({table, section(2, {0, 4, 42, 0, 0, 0})}),
       fault::number_out_of_range},
      {"an id that is not in the table", envelope_with({0, 0, 1, 2}), fault::bad_index},
      {"a gap that leads out of the table", envelope_with({0, 0, 2, 0, 1}), fault::bad_index},
      {"more ids than the table holds", envelope_with({0, 0, 3, 0, 0}), fault::limit_exceeded},
      {"more other ids than allowed",
       envelope_with(joined({{0}, varint(limits::envelope_ids_max + 1), {0, 0, 0, 0, 0}})),
       fault::limit_exceeded},
      {"one broadcast twice", envelope_with({0, 2, 0, 0, 0, 8, 0}), fault::not_sorted},
      {"broadcasts out of order", envelope_with({0, 2, 0, 0, 0, 0xf1, 9, 8, 0}), fault::not_sorted},
      {"an unknown column", envelope_with({0, 2, 0, 0, 0xf7, 0, 0}), fault::bad_column},
      {"bytes after the envelope", envelope_with({0, 0, 0, 0}), fault::trailing_bytes},
      {"the envelope cut", envelope_with({0, 0}), fault::truncated},

      {"a group without name", joined({start, section(3, {0, 0, 0, 0, 0})}), fault::bad_group_name},
      {"a name that is not UTF-8", joined({start, section(3, {1, 0xff, 0, 0, 0, 0})}),
       fault::bad_group_name},
      {"a name that turns its direction",
       joined({start, section(3, {4, 'g', 0xe2, 0x80, 0xae, 0, 0, 0, 0})}), fault::bad_group_name},
      {"a name of a digest with a character of zero width",
       digest_with(joined({{0, 0, 1, 4, 'g', 0xe2, 0x80, 0x8b, 0, 0}, no_own})),
       fault::bad_group_name},
      {"a name of 256 bytes",
       joined({start, section(3, joined({varint(256), bytes(256, 'x'), {0, 0, 0, 0}}))}),
       fault::limit_exceeded},
      {"groups out of order",
       joined({message_with({0, 0, 0, 0}), section(3, {1, 'f', 0, 0, 0, 0})}), fault::not_sorted},
      {"a group twice", joined({message_with({0, 0, 0, 0}), section(3, {1, 'g', 0, 0, 0, 0})}),
       fault::not_sorted},
      {"a message cut", message_with({0, 0, 0}), fault::truncated},
      {"bytes after a message", message_with({0, 0, 0, 0, 0}), fault::trailing_bytes},
      {"a range beyond the last key",
       message_with(joined({{0, 1, 0, 0}, varint(UINT32_MAX), {1, 80, 0, 2, 0, 0}})),
       fault::reversed_range},
      {"a start over 32 bits",
       message_with(joined({{0, 1, 0, 0}, varint(1ULL << 32), {0, 80, 0, 2, 0, 0}})),
       fault::number_out_of_range},
      {"items out of order", message_with({0, 1, 0, 1, 0xf1, 4, 1, 2, 80, 0, 2, 0, 0}),
       fault::not_sorted},
      {"a key twice", message_with({0, 1, 0, 1, 4, 2, 80, 0, 2, 0, 0}), fault::not_sorted},
      {"a key added and removed",
       message_with({0, 1, 0, 0, 4, 2, 80, 0, 2, 1, 0, 0, 4, 2, 80, 0, 2, 0}), fault::not_sorted},
      {"too many items",
       message_with(joined({{0, 1, 0}, varint(limits::frame_entries_max), {0, 0, 0, 0, 0, 0, 0}})),
       fault::limit_exceeded},

      {"a delta that begins before the first change", message_with({1, 0, 0, 6, 7, 0, 0, 0}),
       fault::number_out_of_range},

      {"an exchange that is none", digest_with({4, 0, 0}), fault::bad_enum},
      {"a digest neither of all groups nor of some", digest_with({0, 2, 0}), fault::bad_enum},
      {"a scope that is none", digest_with({0, 0, 1, 1, 'g', 3, 0}), fault::bad_enum},
      {"a hash cut", digest_with(joined({{0, 0, 1, 1, 'g', 2, 0}, no_own, {1, 2, 3}})),
       fault::truncated},
      {"two clocks beside a hash",
       digest_with(joined({{0, 0, 1, 1, 'g', 2, 2, 0, 0, 0, 6, 4}, no_own, no_own})),
       fault::limit_exceeded},
      {"groups of a digest out of order",
       digest_with(joined({{0, 0, 2}, empty_group('g'), empty_group('f')})), fault::not_sorted},
      {"a digest's group without name", digest_with({0, 0, 1, 0, 0, 0, 0}), fault::bad_group_name},
      {"more groups than bytes", digest_with({0, 0, 2, 1, 'g', 0, 0}), fault::truncated},
      {"more groups than allowed",
       digest_with(joined({{0, 0}, varint(limits::messages_max + 1), {1, 'g', 0, 0}})),
       fault::limit_exceeded},
      {"bytes after the digest", digest_with({0, 0, 0, 0}), fault::trailing_bytes},

      {"acknowledgements out of order", joined({start, section(5, {2, 0xf1, 9, 7})}),
       fault::not_sorted},
      {"an acknowledgement twice", joined({start, section(5, {2, 7})}), fault::not_sorted},
      {"more acknowledgements than allowed",
       joined({start, section(5, joined({varint(limits::acknowledged_max + 1), {7}}))}),
       fault::limit_exceeded},
      {"who is absent without a clock", part_with({0, 0, 0, 0, 1, 0}), fault::bad_index},
      {"who is absent twice", part_with({0, 0, 0, 0, 2, 0, 0, 0}), fault::bad_index},
      {"a part without its absent", part_with({0, 0, 0, 0}), fault::truncated},
      {"keys that touch", part_of({2, 0xf1, 5, 1, 9}), fault::not_sorted},
      {"keys beyond the last", part_of(joined({{1}, varint(UINT32_MAX), {1}})),
       fault::reversed_range},
      {"more ranges than allowed",
       part_of(joined({varint(limits::key_set_ranges_max + 1), {2, 0}})), fault::limit_exceeded},
      {"a part twice", joined({part_of({1, 5, 9}), section(8, {1, 5, 9, 1, 'g', 0, 0, 0, 0, 0})}),
       fault::not_sorted},
      {"a group after a part of it", joined({part_of({1, 5, 9}), section(3, {1, 'g', 0, 0, 0, 0})}),
       fault::not_sorted},
      {"an interest without a digest", joined({start, interests({1, 0, 1, 5, 9})}),
       fault::missing_section},
      {"two sections of interest",
       joined({interested_with({1, 0, 1, 5, 9}), interests({1, 0, 1, 5, 9})}),
       fault::duplicate_section},
      {"an interest in a group that is not there", interested_with({1, 2, 1, 5, 9}),
       fault::bad_index},
      {"more interests than groups", interested_with({3, 0, 1, 5, 9, 0, 1, 5, 9, 0, 1, 5, 9}),
       fault::limit_exceeded},
      {"an interest in no keys", interested_with({1, 0, 0, 0, 0}), fault::number_out_of_range},
      {"an interest of more ranges than allowed",
       interested_with(joined({{1, 0}, varint(limits::interest_ranges_max + 1), {2, 0}})),
       fault::limit_exceeded},
      {"an interest without a hash", interested_with({2, 0, 1, 5, 9}), fault::truncated},
      {"bytes after the interests", interested_with({1, 0, 1, 5, 9, 0}), fault::trailing_bytes},

      {"a silence over 32 bits", joined({start, section(6, joined({{1, 0}, varint(1ULL << 32)}))}),
       fault::number_out_of_range},

      {"two batches",
       joined({application_with({0, 0, 1, 1, 'g', 1, 't', 0, 0}),
               section(7, {0, 0, 1, 1, 'g', 1, 't', 0, 0})}),
       fault::duplicate_section},
      {"a batch of somebody who is not in the table",
       application_with({2, 0, 1, 1, 'g', 1, 't', 0, 0}), fault::bad_index},
      {"a batch for no group", application_with({0, 0, 1, 0, 1, 't', 0, 0}), fault::bad_group_name},
      {"a batch whose group has a character of zero width",
       application_with({0, 0, 1, 4, 'g', 0xe2, 0x80, 0x8b, 1, 't', 0, 0}), fault::bad_group_name},
      {"a batch whose tag turns its direction",
       application_with({0, 0, 1, 1, 'g', 4, 't', 0xe2, 0x81, 0xa6, 0, 0}), fault::bad_group_name},
      {"a batch without a tag", application_with({0, 0, 1, 1, 'g', 0, 0, 0}),
       fault::bad_group_name},
      {"more messages than allowed",
       application_with(
           joined({{0, 0, 1, 1, 'g', 1, 't'}, varint(limits::batch_messages_max), {0}})),
       fault::limit_exceeded},
      {"messages longer than the section", application_with({0, 0, 1, 1, 'g', 1, 't', 0, 2, 'a'}),
       fault::truncated},
      {"messages shorter than the section", application_with({0, 0, 1, 1, 'g', 1, 't', 0, 0, 'a'}),
       fault::trailing_bytes},
      {"a message over 32 bits",
       application_with(joined({{0, 0, 1, 1, 'g', 1, 't', 0}, varint(1ULL << 32)})),
       fault::number_out_of_range},
  };
  for (const auto& x : examples) {
    CAPTURE(x.what);
    const auto read = decode(x.body);
    REQUIRE_FALSE(read);
    CHECK(to_string(read.error()) == to_string(x.why));
  }
}

TEST_CASE("more messages than allowed are refused") {
  bytes body = start;
  for (std::size_t i = 0; i <= limits::messages_max; ++i) {
    const bytes name{static_cast<std::uint8_t>('0' + i / 10'000),
                     static_cast<std::uint8_t>('0' + i / 1'000 % 10),
                     static_cast<std::uint8_t>('0' + i / 100 % 10),
                     static_cast<std::uint8_t>('0' + i / 10 % 10),
                     static_cast<std::uint8_t>('0' + i % 10)};
    const auto next = section(3, joined({{5}, name, {0, 0, 0, 0}}));
    body.insert(body.end(), next.begin(), next.end());
  }
  const auto read = decode(body);
  REQUIRE_FALSE(read);
  CHECK(read.error() == fault::limit_exceeded);
}
