#include <algorithm>
#include <array>
#include <new>
#include <scalesmall/supervision/actor_shell.hpp>
#include <scalesmall/supervision/adopt.hpp>
#include <scalesmall/supervision/exit_reason.hpp>
#include <system_error>

#include <caf/message.hpp>
#include <caf/message_view.hpp>
#include <caf/result.hpp>
#include <caf/sec.hpp>

namespace scalesmall::supervision {

namespace {

bool says_that_resources_are_out(const std::error_code& x) {
  using std::errc;
  constexpr std::array passing{errc::resource_unavailable_try_again,
                               errc::not_enough_memory,
                               errc::too_many_files_open,
                               errc::too_many_files_open_in_system,
                               errc::no_buffer_space,
                               errc::no_space_on_device,
                               errc::network_down,
                               errc::network_unreachable,
                               errc::host_unreachable,
                               errc::address_not_available};
  return std::ranges::any_of(passing, [&](errc each) { return x == each; });
}

caf::error out_of_resources(const std::exception& x) {
  return caf::make_error(supervisor_error::out_of_resources, std::string{x.what()});
}

}  // namespace

namespace detail {

caf::error error_of(std::exception_ptr e) {
  try {
    std::rethrow_exception(std::move(e));
  } catch (const std::bad_alloc& x) {
    return out_of_resources(x);
  } catch (const std::system_error& x) {
    if (says_that_resources_are_out(x.code())) return out_of_resources(x);
    return caf::make_error(caf::sec::runtime_error, std::string{x.what()});
  } catch (const std::exception& x) {
    return caf::make_error(caf::sec::runtime_error, std::string{x.what()});
  } catch (...) {
    return caf::make_error(caf::sec::runtime_error, std::string{"unknown exception"});
  }
}

void set_shell_handlers(caf::scheduled_actor& self) {
  self.set_exception_handler(
      [](caf::scheduled_actor*, std::exception_ptr& e) { return error_of(e); });
  self.set_default_handler(
      [](caf::scheduled_actor*, caf::message_view& view) -> caf::result<caf::message> {
        const auto message = view.move_content_to_message();
        if (message.match_elements<crash>())
          throw std::runtime_error(message.get_as<crash>(0).text);
        return caf::sec::unexpected_message;
      });
}

}  // namespace detail

void adopt(caf::scheduled_actor& self) { detail::set_shell_handlers(self); }

}  // namespace scalesmall::supervision
