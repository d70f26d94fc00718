#include "ops/metrics/metrics_text.hpp"

#include <array>
#include <charconv>

namespace scalesmall {

namespace {

/// In the value of a label \, " and line breaks are escaped; in a help text all but the quote are.
std::string escaped(std::string_view text, bool quote) {
  std::string all;
  for (const char c : text) {
    if (c == '\n') {
      all += "\\n";
      continue;
    }
    if (c == '\\' || (quote && c == '"')) all += '\\';
    all += c;
  }
  return all;
}

}  // namespace

void metrics_text::begin(std::string_view name, metric_type type, std::string_view help) {
  name_ = name;
  text_ += "# HELP " + name_ + ' ' + escaped(help, false) + "\n# TYPE " + name_ +
           (type == metric_type::counter ? " counter\n" : " gauge\n");
}

void metrics_text::begin_sample(const labels& of) {
  text_ += name_;
  char before = '{';
  for (const auto& [name, value] : of) {
    text_ += before;
    text_ += name;
    text_ += "=\"" + escaped(value, true) + '"';
    before = ',';
  }
  if (!of.empty()) text_ += '}';
  text_ += ' ';
}

void metrics_text::add(std::uint64_t value, const labels& of) {
  begin_sample(of);
  text_ += std::to_string(value) + '\n';
}

void metrics_text::add(double value, const labels& of) {
  begin_sample(of);
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  text_.append(digits.data(), end);
  text_ += '\n';
}

}  // namespace scalesmall
