#!/usr/bin/env bash
# five_minutes.sh PROGRAM | FILE.deb: what a newcomer does first, with the time that it took. Two nodes find each other, one
# serves keys, the page is fetched, an actor crashes, and the metrics are scraped. A package is installed first, as root.
set -euo pipefail

command -v curl >/dev/null || { echo "skipped: there is no curl"; exit 77; }
program=$1
work=$(mktemp -d)
export SCALESMALL_SOCKET=$work/first.sock

finish() {
  local status=$?
  ((status == 0)) || tail -n 20 "$work"/*.log >&2
  kill $(jobs -p) 2>/dev/null || true
  wait
  rm -rf "$work"
}
trap finish EXIT

done_with() { printf '%5.1f s  %s\n' "$(elapsed)" "$*"; }
elapsed() { awk -v now="$EPOCHREALTIME" -v begin="$begin" 'BEGIN { print now - begin }'; }

# shows PATTERN: whether the input has it. Reads all of it, because a program that cannot write to its end has failed.
shows() { grep -e "$1" >/dev/null; }

# until_so COMMAND...: tries it until it succeeds, for half a minute.
until_so() {
  local end=$((SECONDS + 30))
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < end)) || { echo "five_minutes: still not so: $*" >&2; exit 1; }
    sleep 0.05
  done
}

begin=$EPOCHREALTIME
if [[ $program == *.deb ]]; then
  apt-get install -qq -y "$(realpath "$program")" >"$work/apt.log" 2>&1
  program=scalesmall
  done_with "installed: $("$program" --version)"
fi

"$program" node --port 0 --multicast off --control "$SCALESMALL_SOCKET" --http 0 2>"$work/first.log" &
until_so "$program" status
first=$("$program" my_id)
"$program" node --port 0 --multicast off --control "$work/second.sock" --peers "$first" 2>"$work/second.log" &
until_so "$program" status --socket "$work/second.sock"
"$program" join shop >/dev/null
"$program" join shop --socket "$work/second.sock" >/dev/null
two_members() { (($("$program" members shop --json | grep -o '"127' | wc -l) == 2)); }
until_so two_members
done_with "two nodes formed the group shop"

"$program" add_item shop 0 0x7fffffff 8080 >/dev/null
served() { "$program" owners shop 15 --socket "$work/second.sock" | shows 8080; }
until_so served
done_with "the second node knows who serves the key 15: $("$program" owners shop 15 --json --socket "$work/second.sock")"

page=http://$(sed -n 's/.*HTTP on \(.*:[0-9]*\).*/\1/p' "$work/first.log")
curl -sf "$page/" | shows '<title>scalesmall</title>'
curl -sf "$page/page/main.js" >/dev/null
done_with "the page is at $page/"

"$program" crash group_manager/chatter/peer_db >/dev/null
restarted() { "$program" tree --json | shows '"path":"group_manager/chatter/peer_db"[^}]*"restarts":1'; }
until_so restarted
served
done_with "an actor crashed and runs again, and nothing was forgotten"

curl -sf "$page/metrics" | shows '^scalesmall_group_covered_ratio{group="shop"} 0.5$'
curl -sf "$page/metrics" | shows '^scalesmall_actor_restarts_total{actor="group_manager/chatter/peer_db"} 1$'
done_with "the metrics tell of both"

"$program" stop --leave >/dev/null
"$program" stop --socket "$work/second.sock" >/dev/null
wait
done_with "both nodes have stopped"
