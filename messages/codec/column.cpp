#include "messages/codec/column.hpp"

#include <algorithm>
#include <bit>
#include <scalesmall/detail/byte_order.hpp>

namespace scalesmall {

namespace {

/// The first byte of a column. A byte below `constant` is itself the value of all numbers.
enum head : std::uint8_t {
  constant = 0xf0,
  varints = 0xf1,
  packed = 0xf2,
  /// Added to one of the above: the first number, then the zigzagged differences in that form.
  delta = 0x08,
};

/// The greatest width of packed values below that of whole numbers. A value that starts anywhere in
/// a byte must end within eight bytes.
constexpr unsigned packed_width_max = 56;
constexpr unsigned packed_width_whole = 64;

constexpr std::size_t varint_size(std::uint64_t x) noexcept {
  return (static_cast<std::size_t>(std::bit_width(x | 1)) * 9 + 64) / 64;
}

constexpr std::size_t packed_bytes(std::size_t n, unsigned width) noexcept {
  return (n * width + 7) / 8;
}

template <class Numbers>
bool all_equal(std::size_t n, Numbers numbers) {
  std::size_t i = 1;
  while (i < n && numbers(i) == numbers(0)) ++i;
  return i >= n;
}

/// The properties of a list of numbers that decide its smallest form.
struct extent {
  std::size_t n = 0;
  std::uint64_t min = UINT64_MAX;
  std::uint64_t max = 0;
  std::size_t varint_bytes = 0;  ///< 0 if all numbers are equal: no form needs it then

  template <class Numbers>
  static extent of(std::size_t n, Numbers numbers) {
    extent x{.n = n};
    if (all_equal(n, numbers)) {
      x.min = x.max = numbers(0);
      return x;
    }
    for (std::size_t i = 0; i < n; ++i) {
      x.min = std::min(x.min, numbers(i));
      x.max = std::max(x.max, numbers(i));
      x.varint_bytes += varint_size(numbers(i));
    }
    return x;
  }

  [[nodiscard]] unsigned width() const noexcept {
    const auto bits = static_cast<unsigned>(std::bit_width(max - min));
    return bits <= packed_width_max ? bits : packed_width_whole;
  }
  [[nodiscard]] std::size_t packed_size() const noexcept {
    return 1 + varint_size(min) + packed_bytes(n, width());
  }
  [[nodiscard]] head smallest() const noexcept {
    if (min == max) return constant;
    return varint_bytes <= packed_size() ? varints : packed;
  }
  [[nodiscard]] std::size_t size() const noexcept {
    return min == max ? varint_size(min) : std::min(varint_bytes, packed_size());
  }
};

/// Writes the values that `next` returns, in the form chosen for them.
template <class Next>
void write_form(byte_writer& out, head form, const extent& all, Next next) {
  if (form == constant) return out.varint(all.min);
  if (form == varints) {
    for (std::size_t i = 0; i < all.n; ++i) out.varint(next(i));
    return;
  }
  const auto width = all.width();
  out.u8(static_cast<std::uint8_t>(width));
  out.varint(all.min);
  std::uint64_t bits = 0;
  unsigned held = 0;
  for (std::size_t i = 0; i < all.n; ++i) {
    const auto x = next(i) - all.min;
    // `held` is below 8 here, and 0 for whole numbers, so nothing is shifted out at the top.
    bits |= x << held;
    for (held += width; held >= 8; held -= 8) {
      out.u8(static_cast<std::uint8_t>(bits));
      bits >>= 8;
    }
  }
  if (held != 0) out.u8(static_cast<std::uint8_t>(bits));
}

void read_packed(byte_reader& in, std::span<std::uint64_t> values) {
  const unsigned width = in.u8();
  if (width == 0 || (width > packed_width_max && width != packed_width_whole)) {
    return in.fail(fault::bad_column);
  }
  const auto base = in.varint();
  const auto from = in.raw(packed_bytes(values.size(), width));
  if (!in.ok()) return;
  const auto mask = UINT64_MAX >> (packed_width_whole - width);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto bit = i * width;
    const auto rest = from.subspan(bit / 8);
    std::uint64_t bits = 0;
    if (rest.size() >= 8) {
      bits = load_little_endian(rest.data());
    } else {
      for (std::size_t k = 0; k < rest.size(); ++k) bits |= std::uint64_t{rest[k]} << (8 * k);
    }
    values[i] = base + (bits >> bit % 8 & mask);
  }
}

void read_form(byte_reader& in, std::uint8_t form, std::span<std::uint64_t> values) {
  switch (form) {
    case constant:
      std::ranges::fill(values, in.varint());
      return;
    case varints:
      for (auto& x : values) x = in.varint();
      return;
    case packed:
      return read_packed(in, values);
    default:
      return in.fail(fault::bad_column);
  }
}

void read_values(byte_reader& in, std::span<std::uint64_t> values) {
  if (values.size() == 1) {
    values[0] = in.varint();
    return;
  }
  const auto first_byte = in.u8();
  if (first_byte < constant) {
    std::ranges::fill(values, first_byte);
    return;
  }
  if ((first_byte & delta) == 0) return read_form(in, first_byte, values);
  values[0] = in.varint();
  read_form(in, first_byte & ~delta, values.subspan(1));
  for (std::size_t i = 1; i < values.size(); ++i) values[i] = values[i - 1] + unzigzag(values[i]);
}

}  // namespace

void write_column(byte_writer& out, std::span<const std::uint64_t> values) {
  if (values.empty()) return;
  const auto first = values[0];
  if (values.size() == 1) return out.varint(first);
  const auto plain = [&](std::size_t i) { return values[i]; };
  const auto difference = [&](std::size_t i) { return zigzag(values[i + 1] - values[i]); };
  if (first < constant && all_equal(values.size(), plain)) {
    return out.u8(static_cast<std::uint8_t>(first));
  }
  const auto of_differences = extent::of(values.size() - 1, difference);
  const auto of_values = extent::of(values.size(), plain);
  if (of_values.size() <= varint_size(first) + of_differences.size()) {
    const auto form = of_values.smallest();
    out.u8(form);
    return write_form(out, form, of_values, plain);
  }
  const auto form = of_differences.smallest();
  out.u8(form | delta);
  out.varint(first);
  write_form(out, form, of_differences, difference);
}

void read_column(byte_reader& in, std::span<std::uint64_t> values, unsigned bits) {
  if (values.empty()) return;
  read_values(in, values);
  std::uint64_t used = 0;
  for (const auto x : values) used |= x;
  if (in.ok() && static_cast<unsigned>(std::bit_width(used)) > bits) {
    in.fail(fault::number_out_of_range);
  }
  if (!in.ok()) std::ranges::fill(values, 0);
}

}  // namespace scalesmall
