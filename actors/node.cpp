#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <random>
#include <scalesmall/network.hpp>
#include <scalesmall/node.hpp>
#include <scalesmall/supervision/exit_reason.hpp>
#include <scalesmall/supervision/tree.hpp>
#include <unistd.h>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include "actors/ask.hpp"
#include "actors/assigner_messages.hpp"
#include "actors/broadcaster_messages.hpp"
#include "actors/callbacks.hpp"
#include "actors/failure_detector_messages.hpp"
#include "actors/inbound/frame_admission.hpp"
#include "actors/inbound/memory_budget.hpp"
#include "actors/inbound/work_budget.hpp"
#include "actors/liveness/signs_of_life.hpp"
#include "actors/log_listeners.hpp"
#include "actors/messaging/outbox.hpp"
#include "actors/messenger_messages.hpp"
#include "actors/node_access.hpp"
#include "actors/node_context.hpp"
#include "actors/node_tree.hpp"
#include "actors/peer_db_messages.hpp"
#include "actors/peers/peer_table.hpp"
#include "actors/persistence/state_store.hpp"
#include "actors/resumption.hpp"
#include "actors/topology/incarnation_bound.hpp"
#include "actors/topology/topology.hpp"
#include "actors/topology_db_messages.hpp"
#include "actors/tree_reports.hpp"
#include "messages/group_name.hpp"
#include "messages/limits.hpp"

namespace scalesmall {

namespace {

constexpr const char* root_id = "group_manager";

/// How long a node that stops waits until others know of it.
constexpr std::chrono::seconds farewell_timeout{1};

/// Longer than all shutdown times of the tree together.
constexpr std::chrono::seconds stop_timeout{10};

std::chrono::nanoseconds system_time() {
  return std::chrono::system_clock::now().time_since_epoch();
}

/// The time in units of 2^-32 s, within the bounds of an incarnation. The numbers of broadcasts
/// begin from it: a node that starts twice in a second must not repeat numbers, or others would
/// take its broadcasts for served.
std::uint64_t first_seqno(std::chrono::nanoseconds since_epoch) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  const std::chrono::duration<double> rest = since_epoch - seconds;
  return std::uint64_t{incarnation_at(seconds)} << 32 |
         static_cast<std::uint64_t>(std::ldexp(rest.count(), 32));
}

std::uint64_t random_seed(const node_config& config) {
  if (config.random_seed != 0) return config.random_seed;
  std::random_device entropy;
  return std::uint64_t{entropy()} << 32 | entropy();
}

/// A tenth of the descriptors that this process may open, within reason.
std::size_t tenth_of_descriptors() {
  constexpr long unknown = 1'024;
  const auto most = ::sysconf(_SC_OPEN_MAX);
  return static_cast<std::size_t>(std::clamp(most > 0 ? most / 10 : unknown / 10, 16L, unknown));
}

void log_report(const logger& log, const supervision::report& what) {
  using kind = supervision::report::kind;
  // The same line each time, so that the log leaves its repetitions out.
  if (supervision::is_for_want_of_resources(what.reason) &&
      (what.what == kind::failed || what.what == kind::start_failed))
    return log.warn("{} cannot go on for the moment: {}", what.path,
                    supervision::describe(what.reason));
  const bool warns = supervision::is_trouble(what.what) && what.what != kind::waiting;
  log.log(warns ? log_level::warning : log_level::debug, "{}", supervision::to_string(what));
}

/// The context of a node that does not listen yet. Takes the network and the log from the
/// environment.
std::shared_ptr<node_context> context_of(caf::actor_system& system, const node_config& config,
                                         node_environment& environment,
                                         const std::shared_ptr<key_store>& keys) {
  const auto now = [&clock = system.clock()] { return clock.now(); };
  auto context = std::make_shared<node_context>();
  context->config = config;
  context->wall_clock = environment.wall_clock ? std::move(environment.wall_clock) : system_time;
  const auto milliseconds = [wall_clock = context->wall_clock] {
    return std::chrono::floor<std::chrono::milliseconds>(wall_clock());
  };
  context->codec =
      frame_codec{config.cluster, keys, config.plain, {milliseconds, config.clock_skew}};
  context->random_seed = random_seed(config);
  context->seeds = supervision::table<seed_list>{{config.peers, config.named_peers}};
  if (config.liveness) {
    // What the failure detector goes on from; see reachability_table::watching.
    context->reachability =
        supervision::table<reachability_table>{reachability_table{{}, false, true}};
  }
  context->net = environment.net ? environment.net : make_network();
  context->log = std::make_shared<const logger>(std::move(environment.log), now);
  context->large_frames = std::make_shared<memory_budget>(limits::large_frames_bytes_max);
  if (context->config.liveness) context->signs = std::make_shared<signs_of_life>();
  context->work_for_others = std::make_shared<work_budget>();
  context->strangers_connections_max = tenth_of_descriptors();
  context->intake =
      std::make_shared<frame_admission>(context->codec, context->counts, context->log, now);
  return context;
}

}  // namespace

struct node::impl {
  impl(caf::actor_system& s, std::shared_ptr<node_context> c, std::shared_ptr<key_store> k,
       supervision::tree t, std::shared_ptr<tree_reports> r, std::shared_ptr<log_listeners> l,
       std::shared_ptr<std::atomic<bool>> flag)
      : system(s),
        context(std::move(c)),
        keys(std::move(k)),
        tree(std::move(t)),
        reports(std::move(r)),
        log_lines(std::move(l)),
        stopping(std::move(flag)) {}

  /// Takes no more from the program. False if that was done before.
  bool close() {
    if (stopping->exchange(true)) return false;
    context->messages_out->close();
    const std::lock_guard lock{mutex};
    if (part) part->close();
    return true;
  }

  template <class Answer, class Actor, class Call>
  result<Answer, call_error> ask(const Actor& whom, const Call& call,
                                 std::chrono::milliseconds limit) {
    return scalesmall::ask<Answer>(system, whom, call, limit);
  }

  /// Tells the others that this node stops, or leaves. Waits until somebody has it, or until
  /// farewell_timeout.
  void say_farewell();

  caf::actor_system& system;
  std::shared_ptr<node_context> context;
  std::shared_ptr<key_store> keys;
  supervision::tree tree;
  std::shared_ptr<tree_reports> reports;
  std::shared_ptr<log_listeners> log_lines;
  std::shared_ptr<std::atomic<bool>> stopping;
  group_manager_actor group_manager{context->topology_db};
  subscriptions_actor subscriptions{context->subscriptions};
  messages_actor messages{context->messenger};
  assignments_actor assignments{context->assigner};

  std::mutex mutex;
  std::shared_ptr<node_part> part;

  enum class begin : bool { launch, start };
  static result<std::unique_ptr<node>, node_error> create(caf::actor_system& system,
                                                          const node_config& config,
                                                          node_environment environment, begin how);
};

result<std::unique_ptr<node>, node_error> node::impl::create(caf::actor_system& system,
                                                             const node_config& config,
                                                             node_environment environment,
                                                             begin how) {
  if (auto wrong = wrong_field(config))
    return node_error{std::move(*wrong), std::make_error_code(std::errc::invalid_argument)};
  const auto keys = environment.keys ? environment.keys : std::make_shared<key_store>();
  const auto log_lines = std::make_shared<log_listeners>();
  environment.log = shared_with(log_lines, std::move(environment.log));
  const auto context = context_of(system, config, environment, keys);

  if (auto refused = take_state(*context)) return std::move(*refused);
  auto listening = context->net->listen(config.listen);
  if (!listening) {
    const auto why = listening.error();
    return node_error{"cannot listen on " + to_string(config.listen) + ": " + why.message(), why};
  }
  context->acceptor = std::move(*listening);
  context->self = context->acceptor->local();

  const auto seqno = first_seqno(context->wall_clock());
  // Greater at each start of the node. If it starts twice in one second, its state or others say
  // so.
  scalesmall::topology known{context->self, static_cast<std::uint32_t>(seqno >> 32)};
  resume(*context, known, keys);
  const auto above = std::max(seqno, std::uint64_t{known.incarnation} << 32);
  context->next_seqno = supervision::table<std::uint64_t>{above};
  context->topologies = supervision::table<scalesmall::topology>{std::move(known)};

  const node_names names{system};
  names.give_to(*context);
  context->messages_out = std::make_shared<outbox>(context->self);
  context->messages_out->on_filled(
      [messenger = context->messenger] { caf::anon_send(messenger, outbox_filled{}); });

  const auto stopping = std::make_shared<std::atomic<bool>>(false);
  const auto reports = std::make_shared<tree_reports>();
  supervision::tree_options options;
  options.report = [log = context->log, reports,
                    now = context->wall_clock](const supervision::report& what) {
    log_report(*log, what);
    reports->tell(what, now());
  };
  options.on_end = [stopping, log = context->log,
                    on_failure = std::move(environment.on_failure)](const caf::error& why) {
    if (stopping->load()) return;
    const auto text = "the group manager gave up: " + supervision::describe(why);
    log->critical("{}", text);
    if (on_failure) on_failure(text);
  };
  auto spec = node_tree(context, names);
  auto started =
      how == begin::start
          ? supervision::tree::start(system, root_id, std::move(spec), std::move(options))
          : supervision::tree::launch(system, root_id, std::move(spec), std::move(options));
  if (!started)
    return node_error{"the node did not start: " + supervision::describe(started.error()), {}};
  return std::unique_ptr<node>{new node{std::make_unique<impl>(
      system, context, keys, std::move(*started), reports, log_lines, stopping)}};
}

result<std::unique_ptr<node>, node_error> node::start(caf::actor_system& system,
                                                      const node_config& config,
                                                      node_environment environment) {
  return impl::create(system, config, std::move(environment), impl::begin::start);
}

node::node(std::unique_ptr<impl> inside) : node_view(*inside->context), impl_(std::move(inside)) {}

node::~node() { stop(); }

void node::stop() {
  if (!impl_->close()) return;
  const auto& context = *impl_->context;
  impl_->say_farewell();
  if (!impl_->tree.stop(stop_timeout)) context.log->error("not all actors ended in time");
  context.acceptor->close();
  if (context.state) context.state->close();
}

void node::impl::say_farewell() {
  const auto& config = context->config;
  const bool leaves = config.on_stop == claims_at_stop::left;
  if (!leaves && !config.liveness) return;
  const auto end = system.clock().now() + farewell_timeout;
  bool told = true;
  const auto call = [&](const auto& actor, const auto& what) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - system.clock().now());
    const auto done_so = ask<done>(actor, what, std::max(left, std::chrono::milliseconds{0}));
    told &= done_so || done_so.error() == call_error::not_found;
  };
  if (config.liveness) {
    call(context->failure_detector, retire{leaves ? liveness_core::farewell::says_nothing
                                                  : liveness_core::farewell::states_itself});
  }
  if (leaves) {
    for (const auto& group : scalesmall::snapshot{context->topologies.read()}.my_groups())
      call(context->topology_db, own_call<leave_group>{{group}});
    for (const auto& group : scalesmall::my_groups(*context->topologies.read()))
      if (is_reserved(group)) call(context->topology_db, own_call<leave_group>{{group}});
  }
  call(context->broadcaster, tell_all{});
  if (!told) context->log->warn("this node stops, and the others may not know of it");
}

result<timed_item, call_error> node::join(const std::string& group,
                                          const std::vector<net_id>& peers, key_range range,
                                          keep longer, std::chrono::milliseconds limit) {
  const join_group call{group, peers, range, longer == keep::yes};
  return impl_->ask<timed_item>(impl_->group_manager, call, limit);
}

result<done, call_error> node::leave(const std::string& group, std::chrono::milliseconds limit) {
  return impl_->ask<done>(impl_->group_manager, leave_group{group}, limit);
}

result<done, call_error> node::leave_all(std::chrono::milliseconds limit) {
  for (const auto& group : my_groups()) {
    // Another thread may have left it meanwhile.
    const auto left = leave(group, limit);
    if (!left && left.error() != call_error::not_found) return left;
  }
  return done{};
}

result<timed_item, call_error> node::add_item(const std::string& group, key_range range,
                                              std::uint16_t port, keep longer,
                                              std::chrono::milliseconds limit) {
  const scalesmall::add_item call{group, range, port, longer == keep::yes};
  return impl_->ask<timed_item>(impl_->group_manager, call, limit);
}

result<std::vector<timed_item>, call_error> node::add_items(const std::string& group,
                                                            std::vector<served_range> served,
                                                            keep longer,
                                                            std::chrono::milliseconds limit) {
  const scalesmall::add_items call{group, std::move(served), longer == keep::yes};
  return impl_->ask<std::vector<timed_item>>(impl_->group_manager, call, limit);
}

result<std::vector<timed_item>, call_error> node::set_items(const std::string& group,
                                                            std::vector<served_range> served,
                                                            keep longer,
                                                            std::chrono::milliseconds limit) {
  const scalesmall::set_items call{group, std::move(served), longer == keep::yes};
  return impl_->ask<std::vector<timed_item>>(impl_->group_manager, call, limit);
}

result<timed_item, call_error> node::remove_item(const std::string& group, key_range range,
                                                 std::uint16_t port,
                                                 std::chrono::milliseconds limit) {
  return impl_->ask<timed_item>(impl_->group_manager, scalesmall::remove_item{group, range, port},
                                limit);
}

result<subscription, call_error> node::subscribe(std::optional<std::string> group,
                                                 subscription::callback on_update,
                                                 std::chrono::milliseconds limit) {
  auto [actor, made] = spawn_subscriber(impl_->system, impl_->subscriptions, impl_->context->log,
                                        std::move(on_update));
  const auto noted =
      impl_->ask<done>(impl_->subscriptions, scalesmall::subscribe{std::move(group), actor}, limit);
  if (!noted) return noted.error();
  return std::move(made);
}

result<done, call_error> node::broadcast(const std::string& group, const std::string& tag,
                                         bytes_view message,
                                         std::optional<std::vector<net_id>> peers,
                                         std::chrono::milliseconds limit) {
  const auto& context = *impl_->context;
  const message_address to{group, tag, std::move(peers)};
  const bool known = find_group(*context.topologies.read(), group) != nullptr;
  if (const auto why = refusal(to, message.size(), context.config.message_bytes_max, known))
    return *why;
  return context.messages_out->put(to, message, limit);
}

result<message_handler, call_error> node::on_message(const std::string& tag,
                                                     message_handler::callback on_message,
                                                     std::chrono::milliseconds limit) {
  auto [actor, made] = spawn_message_handler(impl_->system, impl_->messages, impl_->context->log,
                                             impl_->context->counts, std::move(on_message));
  const auto noted = impl_->ask<done>(impl_->messages, handle_messages{tag, actor}, limit);
  if (!noted) return noted.error();
  return std::move(made);
}

result<done, call_error> node::use_seeds(std::vector<net_id> peers,
                                         std::vector<node_config::named_peer> named,
                                         std::chrono::milliseconds limit) {
  auto config = impl_->context->config;
  config.peers = peers;
  config.named_peers = named;
  if (wrong_field(config)) return call_error::invalid_argument;
  return impl_->ask<done>(impl_->context->peer_db,
                          scalesmall::use_seeds{{std::move(peers), std::move(named)}}, limit);
}

void node::ready(const std::string& group, std::function<void(result<done, call_error>)> then,
                 std::chrono::milliseconds limit) const {
  const auto until = impl_->system.clock().now() + limit;
  impl_->system.spawn([whom = impl_->context->peer_db, call = await_ready{group, until},
                       then = std::move(then)](caf::event_based_actor* self) {
    ask_then<done>(self, whom, call, then);
  });
}

std::future<result<done, call_error>> node::ready(const std::string& group,
                                                  std::chrono::milliseconds limit) const {
  const auto answer = std::make_shared<std::promise<result<done, call_error>>>();
  auto outcome = answer->get_future();
  ready(
      group, [answer](const result<done, call_error>& x) { answer->set_value(x); }, limit);
  return outcome;
}

void node::set_well(bool yes) {
  if (impl_->context->config.liveness)
    caf::anon_send(impl_->context->failure_detector, wellness{yes});
}

const group_manager_actor& node::group_manager() const noexcept { return impl_->group_manager; }

const subscriptions_actor& node::subscriptions() const noexcept { return impl_->subscriptions; }

const messages_actor& node::messages() const noexcept { return impl_->messages; }

const assignments_actor& node::assignments() const noexcept { return impl_->assignments; }

key_store& node::keys() const noexcept { return *impl_->keys; }

std::vector<supervision::tree_entry> node::tree() const { return impl_->tree.list(); }

bool node::crash(std::string_view path) { return impl_->tree.crash(path); }

// -- node_access ------------------------------------------------------------------------------

result<std::unique_ptr<node>, node_error> node_access::launch(caf::actor_system& system,
                                                              const node_config& config,
                                                              node_environment environment) {
  return node::impl::create(system, config, std::move(environment), node::impl::begin::launch);
}

void node_access::request_stop(node& host) {
  if (!host.impl_->close()) return;
  host.impl_->tree.request_stop();
  host.impl_->context->acceptor->close();
}

const node_context& node_access::context(const node& host) { return *host.impl_->context; }

tree_reports& node_access::reports(const node& host) { return *host.impl_->reports; }

log_listeners& node_access::log_lines(const node& host) { return *host.impl_->log_lines; }

caf::actor_system& node_access::system(const node& host) { return host.impl_->system; }

std::shared_ptr<node_part> node_access::part(
    const node& host, const std::function<std::shared_ptr<node_part>()>& make) {
  auto& inside = *host.impl_;
  const std::lock_guard lock{inside.mutex};
  if (!inside.part) {
    inside.part = make();
    if (inside.stopping->load()) inside.part->close();
  }
  return inside.part;
}

}  // namespace scalesmall
