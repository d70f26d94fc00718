#!/usr/bin/env bash
# three_nodes.sh PROGRAM: three nodes on this machine, driven through their shells. They form a group and serve ranges of
# keys; one of them loses actors, and another one leaves.
set -euo pipefail

program=$1
pipes=$(mktemp -d)
multicast_port=$((20000 + RANDOM % 20000)) # random, to keep apart from other runs
declare -A input output

# start NODE: starts a shell with pipes for its input and output
start() {
  mkfifo "$pipes/$1.in" "$pipes/$1.out"
  "$program" shell --port 0 --multicast-port "$multicast_port" <"$pipes/$1.in" >"$pipes/$1.out" &
  exec {input[$1]}>"$pipes/$1.in" {output[$1]}<"$pipes/$1.out"
}

# ask NODE COMMAND: sends the command, prints the answer and keeps its last line in $answer
ask() {
  printf '%s> %s\n' "$1" "$2"
  printf '%s\nhelp quit\n' "$2" >&"${input[$1]}" # the line of `help quit` marks the end of the answer
  local line
  while IFS= read -r -t 30 line <&"${output[$1]}"; do
    [[ $line == quit\ * ]] && return
    printf '   %s\n' "$line"
    answer=$line
  done
  echo "three_nodes: $1 does not answer" >&2
  exit 1
}

title() { printf '\n== %s\n' "$*"; }

finish() {
  local node
  for node in "${!input[@]}"; do echo quit >&"${input[$node]}" || true; done
  wait
  rm -rf "$pipes"
}
trap finish EXIT

for node in a b c; do start "$node"; done

title "a begins a group, b and c join it through a"
ask a "my_id"
seed=$answer
ask a "join Group1"
ask b "join Group1 $seed"
ask c "join Group1 $seed"
for node in a b c; do
  ask "$node" "await members Group1 3"
  ask "$node" "members Group1"
done

title "a and b serve ranges of keys; everybody sees who serves what"
ask a "add_item Group1 0x0 0x7fffffff 11223"
ask b "add_item Group1 0x80000000 0xffffffff 11224"
for node in a b c; do ask "$node" "await topology Group1 add 2"; done
ask c "topology Group1 add"

title "b loses actors; its supervisor starts them again and nothing is forgotten"
ask b "crash group_manager/topology_db"
ask b "crash group_manager/chatter/peer_db"
ask b "sleep 0.5"
ask b "tree"
ask b "topology Group1 add"
ask b "add_item Group1 0x100 0x1ff 11225"
ask c "await topology Group1 add 3"

title "a leaves; the others see that nobody serves its range any more"
ask a "leave Group1"
for node in b c; do
  ask "$node" "await members Group1 2"
  ask "$node" "topology Group1 add"
done
ask a "my_groups"
ask a "groups"
