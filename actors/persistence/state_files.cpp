#include "actors/persistence/state_files.hpp"

namespace scalesmall {

namespace {

std::error_code write_whole(state_directory& in, const std::string& name, std::string_view text) {
  if (const auto failed = in.create(name)) return failed;
  while (!text.empty()) {
    const auto taken = in.append(text);
    if (!taken) return taken.error();
    if (*taken == 0) return std::make_error_code(std::errc::no_space_on_device);
    text.remove_prefix(*taken);
  }
  return in.sync_file();
}

}  // namespace

std::error_code save(state_directory& in, const std::string& name, std::string_view text) {
  const auto fresh = name + ".new";
  if (const auto failed = write_whole(in, fresh, text)) {
    in.remove(fresh);
    return failed;
  }
  // A second copy for the case that the disk loses the first. Some file systems have no links: the
  // replacement is safe without it.
  in.remove(former(name));
  static_cast<void>(in.link(name, former(name)));
  if (const auto failed = in.rename(fresh, name)) {
    in.remove(fresh);
    return failed;
  }
  return in.sync_directory();
}

result<std::string, std::error_code> set_aside(state_directory& in, const std::string& name,
                                               std::chrono::seconds since_1970) {
  auto aside = name + ".bad-" + std::to_string(since_1970.count());
  if (const auto failed = in.rename(name, aside)) return failed;
  if (const auto failed = in.sync_directory()) return failed;
  return aside;
}

}  // namespace scalesmall
