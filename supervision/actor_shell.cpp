#include <scalesmall/supervision/actor_shell.hpp>
#include <scalesmall/supervision/adopt.hpp>

#include <caf/message.hpp>
#include <caf/message_view.hpp>
#include <caf/result.hpp>
#include <caf/sec.hpp>

namespace scalesmall::supervision {

namespace detail {

caf::error error_of(std::exception_ptr e) {
  try {
    std::rethrow_exception(std::move(e));
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
