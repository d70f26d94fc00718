#include <scalesmall/fault.hpp>

namespace scalesmall {

std::string_view to_string(fault x) noexcept {
  switch (x) {
    case fault::truncated:
      return "truncated";
    case fault::trailing_bytes:
      return "trailing_bytes";
    case fault::limit_exceeded:
      return "limit_exceeded";
    case fault::number_out_of_range:
      return "number_out_of_range";
    case fault::bad_address:
      return "bad_address";
    case fault::bad_port:
      return "bad_port";
    case fault::bad_group_name:
      return "bad_group_name";
    case fault::reversed_range:
      return "reversed_range";
    case fault::foreign_clock:
      return "foreign_clock";
    case fault::bad_index:
      return "bad_index";
    case fault::not_sorted:
      return "not_sorted";
    case fault::bad_enum:
      return "bad_enum";
    case fault::bad_column:
      return "bad_column";
    case fault::duplicate_section:
      return "duplicate_section";
    case fault::missing_section:
      return "missing_section";
    case fault::bad_magic:
      return "bad_magic";
    case fault::unknown_version:
      return "unknown_version";
    case fault::wrong_cluster:
      return "wrong_cluster";
    case fault::not_sealed:
      return "not_sealed";
    case fault::unknown_key:
      return "unknown_key";
    case fault::bad_seal:
      return "bad_seal";
    case fault::replayed:
      return "replayed";
    case fault::wrong_time:
      return "wrong_time";
    case fault::bad_compression:
      return "bad_compression";
  }
  return "unknown";
}

}  // namespace scalesmall
