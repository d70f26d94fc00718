#include "apps/client/debug_bundle.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <numeric>
#include <system_error>
#include <thread>
#include <unistd.h>

#include "ops/files/descriptor.hpp"
#include "ops/http/percent.hpp"

namespace scalesmall {

namespace {

/// Between the two looks at the counters.
constexpr std::chrono::milliseconds interval_default{10'000};

/// The log that the node keeps comes at once; then the stream waits for more.
constexpr std::chrono::milliseconds log_patience{300};

/// Of one file, so that a node with very many claims fits.
constexpr std::size_t file_bytes_max = 16 * 1024 * 1024;

constexpr std::size_t block_bytes = 512;

struct asked_file {
  const char* name;
  const char* target;
};

constexpr std::array<asked_file, 11> asked_first{{
    {"status.json", "/v1/status"},
    {"doctor.json", "/v1/doctor"},
    {"tree.json", "/v1/tree"},
    {"peers.json", "/v1/peers"},
    {"groups.json", "/v1/groups"},
    {"my_groups.json", "/v1/my_groups"},
    {"reachability.json", "/v1/reachability"},
    {"key_fingerprints.json", "/v1/keys"},
    {"live.json", "/health/live"},
    {"metrics.txt", "/metrics"},
    {"counters_first.json", "/v1/counters"},
}};

/// The lines of the log that the node keeps.
std::string log_of(const std::string& socket) {
  auto stream = reply_stream::open(socket, {"GET", "/v1/logs", ""}, answer_patience);
  std::string text;
  if (!stream || stream->status() != 200) return "the node does not tell its log\n";
  event_parser parser;
  std::string bytes;
  while (stream->read(bytes, std::chrono::steady_clock::now() + log_patience) ==
             reply_stream::outcome::bytes &&
         text.size() < file_bytes_max) {
    const auto events = parser.take(bytes);
    if (!events) break;
    for (const auto& x : *events) text += x.data + '\n';
    bytes.clear();
  }
  return text;
}

/// A new file that only this user may read.
result<int, client_failure> make_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd == -1) {
    return client_failure{client_status::usage, '"' + path + "\" cannot be written: " +
                                                    std::generic_category().message(errno)};
  }
  return fd;
}

class bundle {
public:
  explicit bundle(std::string socket) : socket_(std::move(socket)) {}

  /// What the node answers, whatever it is. False if it does not answer.
  bool add(const std::string& name, const std::string& target) {
    auto reply = ask(socket_, {"GET", target, ""}, answer_patience);
    if (!reply) return false;
    add_text(name, reply->body);
    return true;
  }

  void add_text(const std::string& name, std::string text) {
    if (text.size() > file_bytes_max) text = "longer than a file of this archive may be\n";
    const auto now = std::chrono::floor<std::chrono::seconds>(
        std::chrono::system_clock::now().time_since_epoch());
    names_ += name + '\n';
    archive_ += tar_entry(name, text, now.count());
  }

  [[nodiscard]] const std::string& names() const { return names_; }
  [[nodiscard]] std::string archive() const { return archive_ + tar_end(); }

private:
  std::string socket_;
  std::string names_;
  std::string archive_;
};

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto n = ::write(fd, text.data(), text.size());
    if (n <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return ::fsync(fd) == 0;
}

}  // namespace

std::string tar_entry(std::string_view name, std::string_view content, std::int64_t seconds) {
  std::string header(block_bytes, '\0');
  const auto put = [&](std::size_t at, std::string_view text) {
    header.replace(at, text.size(), text);
  };
  const auto octal = [](int digits, std::uint64_t value) {
    std::array<char, 24> text{};
    std::snprintf(text.data(), text.size(), "%0*llo", digits,
                  static_cast<unsigned long long>(value));
    return std::string{text.data()};
  };
  put(0, name.substr(0, 100));
  put(100, octal(7, 0600));
  put(108, octal(7, 0));  // the owner's numbers
  put(116, octal(7, 0));
  put(124, octal(11, content.size()));
  put(136, octal(11, static_cast<std::uint64_t>(seconds)));
  put(148, "        ");  // the checksum is made with blanks in its place
  put(156, "0");         // a file
  put(257, std::string_view{"ustar\0"
                            "00",
                            8});
  const auto sum =
      std::accumulate(header.begin(), header.end(), std::uint64_t{0},
                      [](std::uint64_t n, char c) { return n + static_cast<unsigned char>(c); });
  put(148, octal(6, sum) + '\0');
  std::string entry = header + std::string{content};
  entry.resize((entry.size() + block_bytes - 1) / block_bytes * block_bytes, '\0');
  return entry;
}

std::string tar_end() { return std::string(2 * block_bytes, '\0'); }

follow_outcome save_bundle(const std::string& socket, const client_command& command,
                           std::ostream& out) {
  const auto& path = command.given.path;
  const auto target = path.empty() ? std::string{"scalesmall-debug.tar"} : path;
  const auto made = make_file(target);
  if (!made) return made.error();
  const descriptor file{*made, "open"};
  bundle all{socket};
  bool answers = true;
  for (const auto& x : asked_first) answers = answers && all.add(x.name, x.target);
  const auto groups = ask(socket, {"GET", "/v1/my_groups", ""}, answer_patience);
  const auto names = groups ? json::parse(groups->body, nullptr, false) : json();
  answers = answers && names.is_array();
  for (std::size_t i = 0; answers && i < names.size(); ++i) {
    const auto group = "/v1/groups/" + percent_encode(names[i].get<std::string>());
    answers = all.add("group_" + std::to_string(i) + "_members.json", group + "/members") &&
              all.add("group_" + std::to_string(i) + "_topology.json", group + "/topology");
  }
  all.add_text("log.jsonl", log_of(socket));
  std::this_thread::sleep_for(command.given.seconds.value_or(interval_default));
  answers = answers && all.add("counters_second.json", "/v1/counters");
  if (!answers || !write_all(file.get(), all.archive())) {
    ::unlink(target.c_str());
    if (answers)
      return client_failure{client_status::refused, '"' + target + "\" could not be written"};
    return client_failure{client_status::no_node, "the node at \"" + socket + "\" does not answer"};
  }
  out << target << " holds:\n" << all.names();
  return client_status::done;
}

}  // namespace scalesmall
