#include <scalesmall/group_event.hpp>

namespace scalesmall {

namespace {

struct text_of {
  std::string operator()(const member_joined& x) const {
    return "member_joined " + to_string(x.member);
  }
  std::string operator()(const member_left& x) const {
    return "member_left " + to_string(x.member);
  }
  std::string operator()(const range_added& x) const { return "range_added " + to_string(x.what); }
  std::string operator()(const range_removed& x) const {
    return "range_removed " + to_string(x.what);
  }
  std::string operator()(const member_unreachable& x) const {
    return "member_unreachable " + to_string(x.member);
  }
  std::string operator()(const member_reachable& x) const {
    return "member_reachable " + to_string(x.member);
  }
};

}  // namespace

std::string to_string(const group_event& x) { return std::visit(text_of{}, x); }

}  // namespace scalesmall
