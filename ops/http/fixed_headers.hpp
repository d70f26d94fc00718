#pragma once

#include <array>
#include <utility>

namespace scalesmall {

/// The headers of every answer. A browser runs no script, and makes no element from a text, but
/// what the page itself brings; and no other page may show or read an answer.
inline constexpr std::array<std::pair<const char*, const char*>, 6> fixed_headers{{
    {"Cache-Control", "no-store"},
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
     "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
     "require-trusted-types-for 'script'"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Referrer-Policy", "no-referrer"},
    {"X-Content-Type-Options", "nosniff"},
    {"Server", "scalesmall"},
}};

}  // namespace scalesmall
