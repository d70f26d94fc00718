#pragma once

#include <scalesmall/net_id.hpp>
#include <system_error>

#include <asio/error.hpp>
#include <asio/ip/address.hpp>
#include <asio/ip/basic_endpoint.hpp>

namespace scalesmall {

/// Conversions between Asio's addresses and errors and this project's. Only for the sources of the
/// Asio ports.

[[nodiscard]] inline asio::ip::address to_asio(const ip_address& x, unsigned scope = 0) {
  const asio::ip::address_v6 v6{x.bytes, scope};
  if (x.is_v4()) return asio::ip::make_address_v4(asio::ip::v4_mapped, v6);
  return v6;
}

[[nodiscard]] inline ip_address from_asio(const asio::ip::address& x) {
  if (x.is_v4()) return {asio::ip::make_address_v6(asio::ip::v4_mapped, x.to_v4()).to_bytes()};
  return {x.to_v6().to_bytes()};
}

template <class Protocol>
[[nodiscard]] asio::ip::basic_endpoint<Protocol> to_asio(const net_id& x, unsigned scope = 0) {
  return {to_asio(x.address, scope), x.port};
}

template <class Protocol>
[[nodiscard]] net_id from_asio(const asio::ip::basic_endpoint<Protocol>& x) {
  return {from_asio(x.address()), x.port()};
}

/// Asio has a system category of its own, which does not compare equal with std::errc.
[[nodiscard]] inline std::error_code from_asio(const std::error_code& x) noexcept {
  return x.category() == asio::error::get_system_category()
             ? std::error_code{x.value(), std::system_category()}
             : x;
}

}  // namespace scalesmall
