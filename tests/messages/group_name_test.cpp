#include "messages/group_name.hpp"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

using namespace scalesmall;

TEST_CASE("a group name is 1 to 255 bytes of UTF-8") {
  for (const std::string_view good :
       {"a", "Group1", "a b", "~", "\xc2\xa0", "\xc3\xa4\xc3\xb6", "\xe2\x82\xac", "\xed\x9f\xbf",
        "\xee\x80\x80", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"}) {
    CAPTURE(good);
    CHECK(is_group_name(good));
    CHECK(parse_group_name(good).value() == good);
  }
  CHECK(is_group_name(std::string(255, 'x')));
}

TEST_CASE("an invalid group name is a fault") {
  CHECK_FALSE(is_group_name(""));
  CHECK_FALSE(is_group_name(std::string(256, 'x')));
  CHECK_FALSE(is_group_name(std::string_view{"a\0b", 3}));
  for (const std::string_view bad : {// Control characters.
                                     "a\nb", "\x1f", "\x7f", "\xc2\x80", "\xc2\x9f",
                                     // Not a lead byte.
                                     "\x80", "\xbf", "\xff", "\xfe",
                                     // Truncated.
                                     "\xc3", "a\xe2\x82",
                                     // Not a continuation byte.
                                     "\xc3\x28", "\xe2\x28\xa1", "\xf0\x9f\x98\x28",
                                     // Overlong.
                                     "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf",
                                     // Surrogates.
                                     "\xed\xa0\x80", "\xed\xbf\xbf",
                                     // Marks, embeddings, overrides and isolates of direction.
                                     "a\xd8\x9c", "\xe2\x80\x8f", "\xe2\x80\xaa",
                                     "a\xe2\x80\xae"
                                     "b",
                                     "\xe2\x81\xa6", "\xe2\x81\xa9",
                                     // Of zero width, or not seen.
                                     "a\xe2\x80\x8b", "\xe2\x80\x8d", "\xe2\x81\xa0",
                                     "\xef\xbb\xbf", "\xc2\xad", "\xf3\xa0\x81\xa1",
                                     // Separators of lines.
                                     "\xe2\x80\xa8", "\xe2\x80\xa9",
                                     // Beyond U+10FFFF.
                                     "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_group_name(bad));
    CHECK(parse_group_name(bad).error() == fault::bad_group_name);
  }
}
