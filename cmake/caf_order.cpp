// Only in ThreadSanitizer builds: tells ThreadSanitizer the order that CAF's library guarantees.
// That library is not instrumented, so the atomics of its mailboxes and scheduler are invisible.
// The turns of one actor follow each other, on whatever threads. Work done before an actor is
// spawned or sent a message comes before the turn that follows.
//
// These functions replace CAF's own and call them: the dynamic linker looks for a symbol in the
// program first.
#include <dlfcn.h>

#define LAUNCH "_ZN3caf15scheduled_actor6launchEPNS_14execution_unitEbb"
#define FIRST_TURN "_ZN3caf15scheduled_actor8activateEPNS_14execution_unitE"
#define TURN "_ZN3caf15scheduled_actor10reactivateERNS_15mailbox_elementE"
#define RECEIVE "_ZN3caf14blocking_actor15mailbox_visitorclERNS_15mailbox_elementE"
#define ENQUEUE(CLASS) \
  "_ZN3caf" CLASS      \
  "7enqueueESt10unique_ptrINS_15mailbox_elementENS_6detail8disposerEEPNS_14execution_unitE"
#define ENQUEUE_SCHEDULED ENQUEUE("15scheduled_actor")
#define ENQUEUE_BLOCKING ENQUEUE("14blocking_actor")

extern "C" {
void __tsan_acquire(void* address);
void __tsan_release(void* address);

void launch(void* actor, void* unit, bool lazily, bool hidden) asm(LAUNCH);
bool first_turn(void* actor, void* unit) asm(FIRST_TURN);
int turn(void* actor, void* element) asm(TURN);
int receive(void** visitor, void* element) asm(RECEIVE);
void enqueue_scheduled(void* actor, void* element, void* unit) asm(ENQUEUE_SCHEDULED);
void enqueue_blocking(void* actor, void* element, void* unit) asm(ENQUEUE_BLOCKING);
}

namespace {

template <class Function>
Function* of_caf(Function&, const char* symbol) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, symbol));
}

/// Orders a turn after everything that was released to the actor, and before its next turn.
class ordered {
public:
  explicit ordered(void* actor) : actor_(actor) { __tsan_acquire(actor_); }
  ordered(const ordered&) = delete;
  ordered& operator=(const ordered&) = delete;
  ~ordered() { __tsan_release(actor_); }

private:
  void* actor_;
};

}  // namespace

void launch(void* actor, void* unit, bool lazily, bool hidden) {
  static const auto next = of_caf(launch, LAUNCH);
  __tsan_release(actor);
  next(actor, unit, lazily, hidden);
}

bool first_turn(void* actor, void* unit) {
  static const auto next = of_caf(first_turn, FIRST_TURN);
  const ordered turn{actor};
  return next(actor, unit);
}

int turn(void* actor, void* element) {
  static const auto next = of_caf(turn, TURN);
  const ordered turn{actor};
  return next(actor, element);
}

// The first member of a visitor is its actor.
int receive(void** visitor, void* element) {
  static const auto next = of_caf(receive, RECEIVE);
  const ordered turn{*visitor};
  return next(visitor, element);
}

void enqueue_scheduled(void* actor, void* element, void* unit) {
  static const auto next = of_caf(enqueue_scheduled, ENQUEUE_SCHEDULED);
  __tsan_release(actor);
  next(actor, element, unit);
}

void enqueue_blocking(void* actor, void* element, void* unit) {
  static const auto next = of_caf(enqueue_blocking, ENQUEUE_BLOCKING);
  __tsan_release(actor);
  next(actor, element, unit);
}
