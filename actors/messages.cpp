#include <scalesmall/messages.hpp>

#include "messages/application_batch.hpp"

namespace scalesmall {

void for_each_message(const received_messages& all,
                      const std::function<void(const application_message&)>& f) {
  const auto& batch = *all.batch;
  for_each_message(batch, [&](bytes_view content) {
    f({batch.id.origin, batch.group, batch.tag, content});
  });
}

}  // namespace scalesmall
