#pragma once

#include <string_view>

#include "messages/codec/byte_stream.hpp"

namespace scalesmall {

/// The bytes of a text.
inline bytes text(std::string_view x) { return {x.begin(), x.end()}; }

}  // namespace scalesmall
