#include <scalesmall/item.hpp>

#include "messages/number.hpp"

namespace scalesmall {

std::string_view to_string(op x) noexcept {
  switch (x) {
    case op::add:
      return "add";
    case op::rmv:
      return "rmv";
    case op::get:
      return "get";
  }
  return "unknown";
}

result<op> parse_op(std::string_view text) {
  for (const auto x : {op::add, op::rmv, op::get}) {
    if (text == to_string(x)) return x;
  }
  return fault::bad_enum;
}

result<key_range> parse_key_range(std::string_view start, std::string_view end) {
  const auto first = parse_number<std::uint32_t>(start);
  const auto last = parse_number<std::uint32_t>(end);
  if (!first || !last) return fault::number_out_of_range;
  if (*last < *first) return fault::reversed_range;
  return key_range{*first, *last};
}

std::string to_string(const item& x) {
  return to_string(x.member) + ' ' + std::string{to_string(x.op)} + ' ' +
         std::to_string(x.range.start_range) + ".." + std::to_string(x.range.end_range) + " port " +
         std::to_string(x.port);
}

}  // namespace scalesmall
