#include <list>
#include <mutex>
#include <scalesmall/supervision/exit_reason.hpp>
#include <scalesmall/supervision/stable_ref.hpp>
#include <utility>

#include <caf/scheduled_actor.hpp>
#include <caf/sec.hpp>
#include <caf/system_messages.hpp>

#include "supervision/detail/direct_actor.hpp"

namespace scalesmall::supervision {

namespace {

void answer(const caf::mailbox_element& request, caf::error error) {
  detail::answer_request(request.sender, request.mid, std::move(error));
}

class stable_ref_actor final : public detail::direct_actor {
public:
  stable_ref_actor(caf::actor_config& config, std::size_t parked_max)
      : direct_actor(config), parked_max_(parked_max) {}

  const char* name() const override { return "stable_ref"; }

  void take(caf::mailbox_element_ptr element, sender_unit unit) override {
    caf::strong_actor_ptr target;
    caf::strong_actor_ptr dead;  // released without the lock
    bool full = false;
    {
      const std::lock_guard lock{mutex_};
      if (state_ == state::bound && target_is_closed()) {
        state_ = state::waiting;
        dead = std::exchange(target_, nullptr);
      }
      if (state_ == state::bound) {
        target = target_;
      } else if (state_ == state::waiting) {
        // An exit signal for the previous actor must not hit its successor.
        if (element->content().match_elements<caf::exit_msg>()) return;
        full = parked_.size() >= parked_max_;
        if (!full) return parked_.push_back(std::move(element));
      }
    }
    if (target) return target->enqueue(std::move(element), unit);
    answer(*element, full ? caf::make_error(supervisor_error::parking_full)
                          : caf::make_error(caf::sec::request_receiver_down));
  }

  void bind(const caf::strong_actor_ptr& target) {
    caf::strong_actor_ptr dead;
    {
      // Under the lock: no later message may overtake the parked ones.
      const std::lock_guard lock{mutex_};
      state_ = state::bound;
      dead = std::exchange(target_, target);
      scheduled_ = dynamic_cast<caf::scheduled_actor*>(target->get());
      for (auto& element : parked_) target->enqueue(std::move(element), nullptr);
      parked_.clear();
    }
    // No lock is needed: only this function writes scheduled_, and one supervisor alone calls it.
    if (scheduled_ != nullptr) return;
    target->get()->attach_functor(
        [self = caf::strong_actor_ptr{ctrl()}, gone = target->id()](const caf::error&) {
          static_cast<stable_ref_actor*>(self->get())->wait_after(gone);
        });
  }

  void refuse(bool also_bound) {
    std::list<caf::mailbox_element_ptr> parked;
    caf::strong_actor_ptr target;
    {
      const std::lock_guard lock{mutex_};
      if (state_ == state::bound && !also_bound && !target_is_closed()) return;
      state_ = state::refusing;
      target.swap(target_);
      parked.swap(parked_);
    }
    for (const auto& element : parked)
      answer(*element, caf::make_error(caf::sec::request_receiver_down));
  }

  /// CAF's registry holds whatever was published, or sent to another process, until the actor ends.
  /// If it held the last reference at the end of the system, the actor would end within the
  /// registry's own clearing and erase its entry a second time.
  void end() {
    refuse(true);
    end_with(caf::exit_reason::unreachable);
  }

  void on_destroy() override {
    end();
    direct_actor::on_destroy();
  }

private:
  enum class state { waiting, bound, refusing };

  // An actor that ends first closes its mailbox and then answers the messages left in it. A
  // requester that repeats its request after such an answer therefore gets parked. Actors without
  // such a mailbox report their end by `wait_after`, a little later.
  bool target_is_closed() const { return scheduled_ != nullptr && scheduled_->mailbox().closed(); }

  void wait_after(caf::actor_id gone) {
    caf::strong_actor_ptr target;
    const std::lock_guard lock{mutex_};
    if (state_ != state::bound || target_->id() != gone) return;
    state_ = state::waiting;
    target.swap(target_);
  }

  const std::size_t parked_max_;
  std::mutex mutex_;
  state state_ = state::waiting;
  caf::strong_actor_ptr target_;
  caf::scheduled_actor* scheduled_ = nullptr;  // target_, if that is a scheduled_actor
  std::list<caf::mailbox_element_ptr> parked_;
};

stable_ref_actor& impl(const caf::strong_actor_ptr& self) {
  return *static_cast<stable_ref_actor*>(self->get());
}

}  // namespace

stable_ref_base::stable_ref_base(caf::actor_system& system, std::size_t parked_max) {
  self_ = detail::make_direct_actor<stable_ref_actor, caf::strong_actor_ptr>(system, parked_max);
  life_ =
      std::shared_ptr<const void>{self_.get(), [self = self_](const void*) { impl(self).end(); }};
}

void stable_ref_base::bind(const caf::strong_actor_ptr& target) const { impl(self_).bind(target); }
void stable_ref_base::refuse() const { impl(self_).refuse(true); }
void stable_ref_base::refuse_unless_bound() const { impl(self_).refuse(false); }

}  // namespace scalesmall::supervision
