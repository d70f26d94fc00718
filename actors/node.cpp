#include <cmath>
#include <random>
#include <scalesmall/node.hpp>
#include <scalesmall/supervision/exit_reason.hpp>

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <spdlog/sinks/null_sink.h>

#include "actors/node_tree.hpp"
#include "net/sockets/asio_network.hpp"
#include "net/sockets/io_thread.hpp"

namespace scalesmall {

namespace {

constexpr const char* root_id = "group_manager";

/// How often a call is made whose actor ended before it came to it.
constexpr int call_attempts_max = 3;

/// Longer than all shutdown times of the tree together.
constexpr std::chrono::seconds stop_timeout{10};

/// The time in units of 2^-32 s, from which the numbers of broadcasts begin: who starts twice in a
/// second must not repeat them, or others would take what they are to serve for served.
std::uint64_t first_seqno() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  const std::chrono::duration<double> rest = since_epoch - seconds;
  return static_cast<std::uint64_t>(seconds.count()) << 32 |
         static_cast<std::uint64_t>(std::ldexp(rest.count(), 32));
}

std::uint64_t random_seed(const node_config& config) {
  if (config.random_seed != 0) return config.random_seed;
  std::random_device entropy;
  return std::uint64_t{entropy()} << 32 | entropy();
}

void log_report(spdlog::logger& log, const supervision::report& what) {
  log.log(supervision::is_trouble(what.what) ? spdlog::level::warn : spdlog::level::debug, "{}",
          supervision::to_string(what));
}

call_error to_call_error(const caf::error& why) {
  if (why.category() == caf::atom("gm")) return static_cast<call_error>(why.code());
  return why == caf::sec::request_timeout ? call_error::timeout : call_error::unavailable;
}

}  // namespace

result<std::unique_ptr<node>, node_error> node::create(caf::actor_system& system,
                                                       const node_config& config,
                                                       node_environment environment, bool wait) {
  if (auto wrong = wrong_field(config))
    return node_error{std::move(*wrong), std::make_error_code(std::errc::invalid_argument)};
  auto context = std::make_shared<node_context>();
  context->config = config;
  const auto keys = environment.keys ? environment.keys : std::make_shared<key_store>();
  context->codec = frame_codec{config.cluster, keys, config.plain};
  context->random_seed = random_seed(config);
  context->net = environment.net ? environment.net
                                 : std::make_shared<asio_network>(std::make_shared<io_thread>());
  context->log = environment.log ? environment.log
                                 : std::make_shared<spdlog::logger>(
                                       "", std::make_shared<spdlog::sinks::null_sink_mt>());

  context->intake = std::make_shared<frame_admission>(
      context->codec, context->counts, context->log,
      [&clock = system.clock()] { return clock.now().time_since_epoch(); });

  auto listening = context->net->listen(config.listen);
  if (!listening) {
    const auto why = listening.error();
    return node_error{"cannot listen on " + to_string(config.listen) + ": " + why.message(), why};
  }
  context->acceptor = std::move(*listening);
  context->self = context->acceptor->local();

  scalesmall::topology nothing;
  nothing.self = context->self;
  const auto seqno = first_seqno();
  // Greater at each start of a node, unless it starts twice in one second: then others tell it.
  nothing.incarnation = static_cast<std::uint32_t>(seqno >> 32);
  context->next_seqno = supervision::table<std::uint64_t>{seqno};
  context->topologies = supervision::table<scalesmall::topology>{std::move(nothing)};

  const node_names names{system};
  names.give_to(*context);
  context->messages_out = std::make_shared<outbox>(context->self);
  context->messages_out->on_filled(
      [messenger = context->messenger] { caf::anon_send(messenger, outbox_filled{}); });

  const auto stopping = std::make_shared<std::atomic<bool>>(false);
  supervision::tree_options options;
  options.report = [log = context->log](const supervision::report& what) {
    log_report(*log, what);
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
      wait ? supervision::tree::start(system, root_id, std::move(spec), std::move(options))
           : supervision::tree::launch(system, root_id, std::move(spec), std::move(options));
  if (!started)
    return node_error{"the node did not start: " + supervision::describe(started.error()), {}};
  return std::unique_ptr<node>{
      new node(std::move(context), keys, std::move(*started), stopping, system)};
}

result<std::unique_ptr<node>, node_error> node::start(caf::actor_system& system,
                                                      const node_config& config,
                                                      node_environment environment) {
  return create(system, config, std::move(environment), true);
}

result<std::unique_ptr<node>, node_error> node::launch(caf::actor_system& system,
                                                       const node_config& config,
                                                       node_environment environment) {
  return create(system, config, std::move(environment), false);
}

node::node(std::shared_ptr<node_context> context, std::shared_ptr<key_store> keys,
           supervision::tree tree, std::shared_ptr<std::atomic<bool>> stopping,
           caf::actor_system& system)
    : context_(std::move(context)),
      keys_(std::move(keys)),
      tree_(std::move(tree)),
      group_manager_(context_->topology_db),
      stopping_(std::move(stopping)),
      system_(&system),
      owner_links_(std::make_shared<owner_proxies>(system, context_->net,
                                                   context_->config.connect_timeout,
                                                   context_->config.open_requests_max)) {}

node::~node() { stop(); }

void node::stop() {
  if (stopping_->exchange(true)) return;
  context_->messages_out->close();
  owner_links_->close();
  if (!tree_.stop(stop_timeout)) context_->log->error("not all actors ended in time");
  context_->acceptor->close();
}

void node::request_stop() {
  if (stopping_->exchange(true)) return;
  context_->messages_out->close();
  owner_links_->close();
  tree_.request_stop();
  context_->acceptor->close();
}

template <class Answer, class Actor, class Call>
result<Answer, call_error> node::ask(const Actor& whom, const Call& call) {
  caf::scoped_actor self{*system_};
  result<Answer, call_error> outcome = call_error::unavailable;
  // A call that waited at an actor which ended was not carried out: it goes to the next one.
  const auto ended = [&] { return !outcome && outcome.error() == call_error::unavailable; };
  for (int attempt = 0; attempt < call_attempts_max && ended(); ++attempt) {
    self->request(whom, call_timeout, call)
        .receive([&](const Answer& answer) { outcome = answer; },  //
                 [&](const caf::error& why) { outcome = to_call_error(why); });
  }
  return outcome;
}

result<timed_item, call_error> node::join(const std::string& group,
                                          const std::vector<net_id>& peers, key_range range) {
  return ask<timed_item>(group_manager_, join_group{group, peers, range});
}

result<success, call_error> node::leave(const std::string& group) {
  const auto left = ask<done>(group_manager_, leave_group{group});
  if (!left) return left.error();
  return success{};
}

result<timed_item, call_error> node::add_item(const std::string& group, key_range range,
                                              std::uint16_t port) {
  return ask<timed_item>(group_manager_, add_range{group, range, port});
}

result<timed_item, call_error> node::remove_item(const std::string& group, key_range range,
                                                 std::uint16_t port) {
  return ask<timed_item>(group_manager_, remove_range{group, range, port});
}

result<subscription, call_error> node::subscribe(std::optional<std::string> group,
                                                 subscription::callback on_update) {
  subscription made{*system_, context_->subscriptions, context_->log, std::move(on_update)};
  if (const auto done_or = ask<done>(context_->subscriptions,
                                     scalesmall::subscribe{std::move(group), made.subscriber_});
      !done_or)
    return done_or.error();
  return made;
}

result<owner_actors, node_error> node::owner_actors(std::string group) const {
  if (!system_->has_middleman()) {
    return node_error{
        "the owners' actors cannot be reached without CAF's middleman: load "
        "caf::io::middleman in the configuration of the actor system",
        std::make_error_code(std::errc::operation_not_supported)};
  }
  return scalesmall::owner_actors{routes(std::move(group)), owner_links_};
}

result<success, call_error> node::broadcast(const std::string& group, const std::string& tag,
                                            bytes_view message,
                                            std::optional<std::vector<net_id>> peers) {
  const message_address to{group, tag, std::move(peers)};
  const bool known = find_group(*snapshot(), group) != nullptr;
  if (const auto why = refusal(to, message.size(), context_->config.message_bytes_max, known))
    return *why;
  return context_->messages_out->put(to, message, broadcast_timeout);
}

result<message_handler, call_error> node::on_message(const std::string& tag,
                                                     message_handler::callback on_message) {
  message_handler made{*system_, messages(), context_->log, context_->counts,
                       std::move(on_message)};
  if (const auto noted = ask<done>(messages(), handle_messages{tag, made.handler_}); !noted)
    return noted.error();
  return made;
}

std::vector<range_owner> node::owners(std::string_view group, std::uint32_t key) const {
  const auto now = snapshot();
  const auto* known = find_group(*now, group);
  return known ? known->routes().owners(key).to_vector() : std::vector<range_owner>{};
}

coverage node::coverage(std::string_view group) const {
  const auto now = snapshot();
  const auto* known = find_group(*now, group);
  return scalesmall::coverage{known ? known->routes() : routing_index{}};
}

std::uint64_t node::version(std::string_view group) const {
  const auto now = snapshot();
  const auto* known = find_group(*now, group);
  return known ? known->version() : 0;
}

std::vector<net_id> node::members(std::string_view group) const {
  return scalesmall::members(*snapshot(), group);
}

std::vector<timed_item> node::topology(std::string_view group, std::optional<op> which) const {
  return items(*snapshot(), group, which);
}

std::vector<std::string> node::groups() const { return scalesmall::groups(*snapshot()); }

std::vector<std::string> node::my_groups() const { return scalesmall::my_groups(*snapshot()); }

std::vector<net_id> node::peers() const { return context_->peers.read()->known; }

}  // namespace scalesmall
