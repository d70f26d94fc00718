#pragma once

#include <cstddef>
#include <cstdint>
#include <scalesmall/bytes.hpp>
#include <scalesmall/result.hpp>
#include <string_view>

namespace scalesmall {

/// Appends numbers to a buffer that it does not own. Varints are unsigned LEB128: seven bits a
/// byte, least significant first.
class byte_writer {
public:
  explicit byte_writer(bytes& out) noexcept : out_(&out) {}

  void u8(std::uint8_t x) { out_->push_back(x); }
  void varint(std::uint64_t x) {
    for (; x >= 0x80; x >>= 7) out_->push_back(static_cast<std::uint8_t>(x | 0x80));
    out_->push_back(static_cast<std::uint8_t>(x));
  }
  void raw(bytes_view x) { out_->insert(out_->end(), x.begin(), x.end()); }
  void text(std::string_view x) { out_->insert(out_->end(), x.begin(), x.end()); }
  [[nodiscard]] std::size_t size() const noexcept { return out_->size(); }

private:
  bytes* out_;
};

/// Reads numbers from a span that it does not own, never beyond its end. The first fault sticks:
/// after it every read returns zero or nothing. So a decoder may read a whole record and check ok()
/// once.
class byte_reader {
public:
  explicit byte_reader(bytes_view in) noexcept : in_(in) {}

  [[nodiscard]] std::uint8_t u8() noexcept {
    if (in_.empty()) return fail(fault::truncated), std::uint8_t{0};
    const auto x = in_.front();
    in_ = in_.subspan(1);
    return x;
  }

  /// Reads a varint of at most `max`. A greater number, or one of more than 64 bits, is
  /// fault::number_out_of_range.
  [[nodiscard]] std::uint64_t varint(std::uint64_t max = UINT64_MAX) noexcept {
    std::uint64_t x = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint64_t byte = u8();
      if (shift == 63 && byte > 1) return fail(fault::number_out_of_range), 0;
      x |= (byte & 0x7f) << shift;
      if (byte < 0x80) return x <= max ? x : (fail(fault::number_out_of_range), 0);
    }
    return fail(fault::number_out_of_range), 0;
  }

  /// Reads how many values follow, so that the caller can reserve memory for them safely. More than
  /// `max` is fault::limit_exceeded. More than the bytes that are left can hold is
  /// fault::truncated; `bytes_each` is the least size of a value in bytes, 0 if a value may take
  /// none.
  [[nodiscard]] std::size_t count(std::size_t max, std::size_t bytes_each = 1) noexcept {
    const auto n = varint();
    if (n > max) return fail(fault::limit_exceeded), 0;
    if (bytes_each != 0 && n > in_.size() / bytes_each) return fail(fault::truncated), 0;
    return static_cast<std::size_t>(n);
  }

  /// Returns the next n bytes as a view into the input; fault::truncated if there are fewer.
  [[nodiscard]] bytes_view raw(std::size_t n) noexcept {
    if (n > in_.size()) return fail(fault::truncated), bytes_view{};
    const auto x = in_.first(n);
    in_ = in_.subspan(n);
    return x;
  }

  /// Records the fault, unless there is one already, and drops the rest of the input.
  void fail(fault why) noexcept {
    if (ok_) {
      ok_ = false;
      why_ = why;
    }
    in_ = {};
  }

  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] fault why() const noexcept { return why_; }
  [[nodiscard]] std::size_t left() const noexcept { return in_.size(); }

private:
  bytes_view in_;
  bool ok_ = true;
  fault why_ = fault::truncated;
};

}  // namespace scalesmall
