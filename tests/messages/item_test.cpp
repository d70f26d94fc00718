#include <scalesmall/item.hpp>
#include <scalesmall/timed_item.hpp>

#include <doctest/doctest.h>

using namespace scalesmall;

namespace {

const net_id a{ip_address::v4(127, 0, 0, 1), 29999};

}  // namespace

TEST_CASE("ops have names") {
  for (const auto x : {op::add, op::rmv, op::get}) CHECK(parse_op(to_string(x)).value() == x);
  CHECK(parse_op("Add").error() == fault::bad_enum);
  CHECK(parse_op("").error() == fault::bad_enum);
  CHECK(to_string(static_cast<op>(9)) == "unknown");
}

TEST_CASE("a key range is read with its ends in order") {
  CHECK(parse_key_range("0xf", "255").value() == key_range{15, 255});
  CHECK(parse_key_range("0", "4294967295").value() == whole_range);
  CHECK(parse_key_range("7", "7").value() == key_range{7, 7});
  CHECK(parse_key_range("8", "7").error() == fault::reversed_range);
  CHECK(parse_key_range("0", "4294967296").error() == fault::number_out_of_range);
  CHECK(parse_key_range("x", "1").error() == fault::number_out_of_range);
}

TEST_CASE("items have a text form") {
  const timed_item x{{a, {15, 255}, op::add, 11223}, {1'763'793'600, 1}};
  CHECK(to_string(x.item) == "127.0.0.1:29999 add 15..255 port 11223");
  CHECK(to_string(x) == "127.0.0.1:29999 add 15..255 port 11223 clock 1763793600.1");
  CHECK(to_string(x.updated_at()) == "127.0.0.1:29999@1763793600.1");
}

TEST_CASE("an item's key is its member and range") {
  const timed_item x{{a, {1, 2}, op::add, 1}, {1, 1}};
  CHECK(same_key(x, {{a, {1, 2}, op::rmv, 2}, {2, 2}}));
  CHECK_FALSE(same_key(x, {{a, {1, 3}, op::add, 1}, {1, 1}}));
  CHECK_FALSE(same_key(x, {{{a.address, 1}, {1, 2}, op::add, 1}, {1, 1}}));
  CHECK(compare_keys(x, {{a, {1, 3}, op::add, 0}, {0, 0}}) < 0);
  CHECK(compare_keys(x, {{a, {0, 9}, op::add, 0}, {0, 0}}) > 0);
}

TEST_CASE("the later claim wins; of equal stamps the greater op and port") {
  const timed_item x{{a, {1, 2}, op::add, 5}, {1, 1}};
  const auto with = [&](op o, std::uint16_t port, stamp at) {
    return timed_item{{a, {1, 2}, o, port}, at};
  };
  CHECK(supersedes(with(op::add, 0, {1, 2}), x));
  CHECK(supersedes(with(op::add, 0, {2, 0}), x));
  CHECK_FALSE(supersedes(with(op::get, 9, {0, 9}), x));
  CHECK(supersedes(with(op::rmv, 0, {1, 1}), x));
  CHECK(supersedes(with(op::add, 6, {1, 1}), x));
  CHECK_FALSE(supersedes(x, x));
}
