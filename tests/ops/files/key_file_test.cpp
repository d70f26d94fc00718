#include "ops/files/key_file.hpp"

#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "tests/net/keys.hpp"

namespace scalesmall {

namespace {

const std::string base64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const std::string hex = "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20";

/// A file that is removed at the end of the case.
class file {
public:
  explicit file(const std::string& content, mode_t mode = 0600) {
    path =
        std::filesystem::temp_directory_path() / ("scalesmall-keys-" + std::to_string(::getpid()));
    std::ofstream{path} << content;
    ::chmod(path.c_str(), mode);
  }
  file(const file&) = delete;
  file& operator=(const file&) = delete;
  ~file() { std::filesystem::remove(path); }

  std::string path;
};

std::string sentence(const std::string& text) { return parse_key_file(text, "k").error().sentence; }

}  // namespace

TEST_CASE("keys keep the order of their lines") {
  const auto keys = parse_key_file("# ours\n\n  " + base64 + "\t\r\n#" + hex + "\n" + hex, "k");
  REQUIRE(keys);
  REQUIRE(keys->size() == 2);
  CHECK((*keys)[0]->fingerprint() == keys::nth(0)->fingerprint());
  CHECK((*keys)[1]->fingerprint() == keys::nth(1)->fingerprint());
}

TEST_CASE("an error names the number of a bad line and does not quote the line") {
  const std::string forms =
      "it must be 32 bytes as 44 characters of base64 or 64 hexadecimal digits";
  CHECK(sentence("# ours\n" + base64 + "x\n") == "\"k\": line 2 is not a key, " + forms);
  CHECK(sentence(base64 + "\nsecret") == "\"k\": line 2 is not a key, " + forms);
  CHECK(sentence(base64 + " # mine") == "\"k\": line 1 is not a key, " + forms);
  const std::string none = "\"k\" holds no key, there must be one in a line; " + forms;
  CHECK(sentence("") == none);
  CHECK(sentence("# nothing\n\n") == none);
  std::string many;
  for (int i = 0; i < 65; ++i) many += base64 + '\n';
  CHECK(sentence(many) == "\"k\": line 65 is one key too many, there may be 64");
}

TEST_CASE("a key file that is open to others than its owner is refused") {
  CHECK(read_key_file(file{base64}.path)->size() == 1);
  CHECK(read_key_file(file{base64, 0400}.path)->size() == 1);
  for (const mode_t mode : {0644, 0640, 0604, 0620, 0602, 0601}) {
    const file open_to_others{base64, mode};
    const auto refused = read_key_file(open_to_others.path);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().sentence.find("open to others than its owner (mode 06") !=
          std::string::npos);
    CHECK(refused.error().sentence.find("chmod 600") != std::string::npos);
  }
}

TEST_CASE("a key file of another user is refused") {
  if (::geteuid() != 0) return;  // only root can give files away
  const file foreign{base64};
  REQUIRE(::chown(foreign.path.c_str(), 65'534, 65'534) == 0);
  const auto refused = read_key_file(foreign.path);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().sentence.find("belongs to another user") != std::string::npos);
}

TEST_CASE("a key of one byte, and a mark before the first key, are refused by line") {
  CHECK(sentence("# ours\n" + std::string(64, '0')) ==
        "\"k\": line 2 is one byte repeated, it must be a random key; keygen makes one");
  CHECK(sentence(std::string(64, 'a')).find("line 1") != std::string::npos);
  CHECK(sentence("\xef\xbb\xbf" + base64).find("byte order mark (BOM)") != std::string::npos);
}

TEST_CASE("root's key for a group is taken from a directory that only root may change") {
  if (::geteuid() != 0) return;
  const auto directory =
      std::filesystem::temp_directory_path() / ("scalesmall-store-" + std::to_string(::getpid()));
  std::filesystem::create_directory(directory);
  const auto path = (directory / "key").string();
  std::ofstream{path} << base64;
  const auto taken = [&](mode_t file_mode, mode_t directory_mode, uid_t owner) {
    REQUIRE(::chmod(path.c_str(), file_mode) == 0);
    REQUIRE(::chmod(directory.c_str(), directory_mode) == 0);
    REQUIRE(::chown(path.c_str(), owner, 5'432) == 0);
    return read_key_file(path).has_value();
  };
  CHECK(taken(0440, 0755, 0));
  CHECK(taken(0440, 0500, 0));
  CHECK_FALSE(taken(0440, 0777, 0));
  CHECK_FALSE(taken(0440, 0775, 0));
  CHECK_FALSE(taken(0440, 0755, 5'432));
  for (const mode_t mode : {0444, 0460, 0640, 0441}) CHECK_FALSE(taken(mode, 0755, 0));
  const auto link = (directory / "link").string();
  std::filesystem::create_symlink("key", link);
  CHECK(taken(0440, 0755, 0));
  CHECK(read_key_file(link).has_value());
  std::filesystem::remove_all(directory);
}

TEST_CASE("anything but a key file is refused with one sentence") {
  const auto refusal = [](const std::string& path) {
    const auto read = read_key_file(path);
    return read ? std::string{"none"} : read.error().sentence;
  };
  CHECK(refusal("/nonexistent/k") ==
        "\"/nonexistent/k\" cannot be read: No such file or directory");
  CHECK(refusal("/").find("regular file") != std::string::npos);
  CHECK(refusal("/dev/null").find("regular file") != std::string::npos);
  CHECK(refusal(file{std::string(key_file_bytes_max, '\n')}.path).find("no key") !=
        std::string::npos);
  CHECK(refusal(file{std::string(key_file_bytes_max + 1, '\n')}.path).find("too long") !=
        std::string::npos);
  const auto fifo =
      std::filesystem::temp_directory_path() / ("scalesmall-fifo-" + std::to_string(::getpid()));
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  CHECK(refusal(fifo).find("regular file") != std::string::npos);
  std::filesystem::remove(fifo);
}

namespace {

/// A directory that is removed at the end of the case.
struct key_directory {
  key_directory() {
    std::filesystem::create_directory(path);
    ::chmod(path.c_str(), 0700);
  }
  ~key_directory() {
    ::unsetenv("CREDENTIALS_DIRECTORY");
    std::filesystem::remove_all(path);
  }

  [[nodiscard]] std::string put(const std::string& name, const std::string& content,
                                mode_t mode = 0600) const {
    const auto at = path / name;
    std::ofstream{at} << content;
    ::chmod(at.c_str(), mode);
    return at;
  }

  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("scalesmall-key-dir-" + std::to_string(::getpid()));
};

std::string text_of_file(const std::string& path) {
  std::ifstream in{path};
  return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace

TEST_CASE("a ring is written into the key file, the primary key first, and the former stays") {
  const key_directory in;
  const auto path = in.put("k", "# mine\n" + hex + '\n');
  const auto link = in.path / "link";
  std::filesystem::create_symlink("k", link);
  key_ring ring{{keys::nth(1), keys::nth(2)}};
  REQUIRE(ring.use(keys::nth(2)->fingerprint()));
  REQUIRE(write_key_file(link, ring));
  CHECK(std::filesystem::is_symlink(link));
  const auto read = read_key_file(path);
  REQUIRE(read);
  CHECK(key_ring{*read}.primary()->fingerprint() == keys::nth(2)->fingerprint());
  CHECK(read->size() == 2);
  CHECK(text_of_file(path + ".prev") == "# mine\n" + hex + '\n');
  struct stat about {};
  REQUIRE(::stat(path.c_str(), &about) == 0);
  CHECK((about.st_mode & 07777) == 0600);
}

TEST_CASE("a ring of the greatest size fits into the file") {
  const key_directory in;
  const auto path = in.put("k", hex);
  std::vector<key_ptr> all;
  for (std::uint8_t n = 1; n <= key_ring::keys_max; ++n) all.push_back(keys::nth(n));
  REQUIRE(write_key_file(path, key_ring{all}));
  CHECK(read_key_file(path)->size() == key_ring::keys_max);
}

TEST_CASE("a key file that cannot be replaced stays as it was") {
  const key_directory in;
  const auto sentence_of = [](const std::string& path, const key_ring& ring) {
    return write_key_file(path, ring).error().sentence;
  };
  const key_ring ring{{keys::nth(2)}};
  CHECK(sentence_of(in.path / "none", ring).find("cannot be written: No such file") !=
        std::string::npos);
  const auto path = in.put("k", hex);
  key_ring unsealing;
  REQUIRE(unsealing.add({keys::nth(2)}));
  CHECK(sentence_of(path, unsealing).find("no key seals") != std::string::npos);
  std::filesystem::create_directory(path + ".new");
  CHECK(sentence_of(path, ring).find("cannot be written: Is a directory") != std::string::npos);
  ::setenv("CREDENTIALS_DIRECTORY", in.path.c_str(), 1);
  CHECK(sentence_of(path, ring).find("is a copy") != std::string::npos);
  CHECK(text_of_file(path) == hex);
}

TEST_CASE("a credential may be open to a group, if its directory is closed to others") {
  const key_directory in;
  // A file of root with mode 0440 is taken anywhere that only root may change.
  const mode_t closed = ::geteuid() == 0 ? 0040 : 0440;
  const auto path = in.put("k", hex, closed);
  CHECK(read_key_file(path).error().sentence.find("chmod 600") != std::string::npos);
  ::setenv("CREDENTIALS_DIRECTORY", in.path.c_str(), 1);
  CHECK(read_key_file(path));
  for (const mode_t open : {0701, 0704, 0720, 0777}) {
    ::chmod(in.path.c_str(), open);
    CHECK_FALSE(read_key_file(path));
  }
  ::chmod(in.path.c_str(), 0750);
  CHECK(read_key_file(path));
  for (const mode_t open : {0460, 0444, 0640}) {
    ::chmod(path.c_str(), open);
    CHECK_FALSE(read_key_file(path));
  }
  ::chmod(path.c_str(), closed);
  ::setenv("CREDENTIALS_DIRECTORY", "/nonexistent", 1);
  CHECK_FALSE(read_key_file(path));
}

}  // namespace scalesmall
