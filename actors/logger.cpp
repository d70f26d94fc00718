#include "actors/logger.hpp"

namespace scalesmall {

void logger::write(log_level level, std::string_view form,
                   std::initializer_list<std::string> values) const {
  constexpr std::string_view hole = "{}";
  std::string line;
  for (const auto& value : values) {
    const auto at = form.find(hole);
    if (at == form.npos) break;
    line.append(form.substr(0, at)).append(value);
    form.remove_prefix(at + hole.size());
  }
  line += form;
  out_(level, line);
}

}  // namespace scalesmall
