#pragma once

#include <caf/config.hpp>

// Every public header that includes CAF includes this one first. The reasons for one series of CAF
// are in docs/decisions.md.
#if !defined(CAF_VERSION) || CAF_VERSION < 1706 || CAF_VERSION >= 1800
#error "scalesmall needs CAF 0.17.6 (Debian: libcaf-dev); <caf/config.hpp> is of another version"
// A missing file ends the compilation. The headers of another CAF would add hundreds of errors.
#define SCALESMALL_END_OF_COMPILATION <scalesmall/needs_CAF_0.17.6>
#include SCALESMALL_END_OF_COMPILATION
#endif
