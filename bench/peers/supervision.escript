#!/usr/bin/env escript
%%! -kernel logger_level none
%% The work of bench_supervision on OTP's own supervisor; prints key=value lines.
-module(supervision).
-mode(compile).
-behaviour(supervisor).
-export([init/1, start_echo/1, echo_init/2]).

-define(KILLS, 3000).
-define(CROWD, 100000).
-define(CROWD_ROUNDS, 5).
-define(CALLERS, 64).

main(_) ->
  process_flag(trap_exit, true),
  kill_to_answer(),
  crowd(),
  print("crash_among_10_us", crash_among(10)),
  print("crash_among_100000_us", crash_among(?CROWD)).

init({Flags, Children}) -> {ok, {Flags, Children}}.

eager() -> #{strategy => one_for_one, intensity => 1000000000, period => 1}.
child(Id, Name) -> #{id => Id, start => {?MODULE, start_echo, [Name]}}.

%% A process that answers with its pid, registered under a name unless that is `none`.
start_echo(Name) -> proc_lib:start_link(?MODULE, echo_init, [self(), Name]).
echo_init(Parent, Name) ->
  Name =:= none orelse register(Name, self()),
  proc_lib:init_ack(Parent, {ok, self()}),
  echo().
echo() -> receive {get, From, Ref} -> From ! {Ref, self()}, echo() end.

%% Asks the process of that name until one other than `Last` answers.
ask(Name, Last) ->
  case whereis(Name) of
    undefined -> erlang:yield(), ask(Name, Last);
    Pid ->
      Ref = monitor(process, Pid),
      Pid ! {get, self(), Ref},
      receive
        {Ref, Last} -> demonitor(Ref, [flush]), ask(Name, Last);
        {Ref, New} -> demonitor(Ref, [flush]), New;
        {'DOWN', Ref, process, _, _} -> ask(Name, Last)
      end
  end.

kill_times(Name, Rounds) -> kill_times(Name, Rounds, ask(Name, none), []).
kill_times(_, 0, _, Times) -> lists:sort(Times);
kill_times(Name, N, Last, Times) ->
  T0 = erlang:monotonic_time(),
  exit(Last, kill),
  New = ask(Name, Last),
  kill_times(Name, N - 1, New, [us(erlang:monotonic_time() - T0) | Times]).

us(T) -> erlang:convert_time_unit(T, native, nanosecond) / 1000.
at(Sorted, Quantile) -> lists:nth(1 + trunc(Quantile * (length(Sorted) - 1)), Sorted).
print(Key, Value) -> io:format("~s=~.1f~n", [Key, float(Value)]).
timed(F) -> T0 = erlang:monotonic_time(), R = F(), {us(erlang:monotonic_time() - T0), R}.

stop(Sup) -> exit(Sup, shutdown), receive {'EXIT', Sup, _} -> ok end.

kill_to_answer() ->
  {ok, Sup} = supervisor:start_link(?MODULE, {eager(), [child(echo, echo)]}),
  Times = kill_times(echo, ?KILLS),
  print("kill_to_answer_us_p50", at(Times, 0.5)),
  print("kill_to_answer_us_p99", at(Times, 0.99)),
  stop(Sup).

%% The medians of some rounds, but the memory of the first round.
crowd() ->
  Rounds = [crowd_round(?CALLERS) || _ <- lists:seq(1, ?CROWD_ROUNDS)],
  [Start, _, Which, Stop] = [median(Key, Rounds) || Key <- lists:seq(1, 4)],
  print("start_per_s", Start),
  print("bytes_per_child", element(2, hd(Rounds))),
  print("which_children_ms", Which),
  print("stop_all_ms", Stop),
  print("start_one_by_one_per_s", median(1, [crowd_round(1) || _ <- lists:seq(1, ?CROWD_ROUNDS)])).

median(Key, Rounds) -> at(lists:sort([element(Key, R) || R <- Rounds]), 0.5).

crowd_round(Callers) ->
  Flags = (eager())#{strategy => simple_one_for_one},
  {ok, Sup} = supervisor:start_link(?MODULE, {Flags, [child(echo, none)]}),
  Before = erlang:memory(total),
  {Start, _} = timed(fun() -> start_crowd(Sup, Callers) end),
  Bytes = (erlang:memory(total) - Before) / ?CROWD,
  {Which, Children} = timed(fun() -> supervisor:which_children(Sup) end),
  true = length(Children) >= ?CROWD,
  {Stop, _} = timed(fun() -> stop(Sup) end),
  {?CROWD / (Start / 1.0e6), Bytes, Which / 1000, Stop / 1000}.

%% Each caller starts its share of the children, one after the other.
start_crowd(Sup, Callers) ->
  Share = (?CROWD + Callers - 1) div Callers,
  Starts = fun() -> [{ok, _} = supervisor:start_child(Sup, []) || _ <- lists:seq(1, Share)] end,
  Refs = [element(2, spawn_monitor(Starts)) || _ <- lists:seq(1, Callers)],
  [receive {'DOWN', Ref, process, _, normal} -> ok end || Ref <- Refs].

crash_among(Siblings) ->
  Named = Siblings div 2,
  Children = [child(I, if I =:= Named -> echo; true -> none end) || I <- lists:seq(0, Siblings - 1)],
  {ok, Sup} = supervisor:start_link(?MODULE, {eager(), Children}),
  Times = kill_times(echo, 300),
  stop(Sup),
  at(Times, 0.5).
