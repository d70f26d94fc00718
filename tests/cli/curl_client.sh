#!/usr/bin/env bash
# A client of bash and curl alone, with the words that contrib/python/conformance.py checks: what another language needs.
#
#     curl_client.sh --socket PATH owners GROUP KEY | coverage GROUP | follow GROUP | serve GROUP FIRST LAST PORT --ttl S
set -euo pipefail

[[ $1 == --socket ]] && socket=$2 verb=$3
shift 3
base=http://localhost/v1/groups

# A text as a segment of a path.
encode() {
  local LC_ALL=C text=$1 i code
  for ((i = 0; i < ${#text}; ++i)); do
    case ${text:i:1} in
      [a-zA-Z0-9._~-]) printf %s "${text:i:1}" ;;
      *) printf -v code %d "'${text:i:1}" && printf '%%%02X' $((code & 255)) ;;
    esac
  done
}

# Prints the answer. Status 1 with the code of a refusal on standard error, 3 if no node answers.
ask() {
  local answer
  answer=$(curl -s -w '\n%{http_code}' --unix-socket "$socket" "$@") || return 3
  if [[ ${answer##*$'\n'} != 200 ]]; then
    printf '%s\n' "$answer" >&2
    return 1
  fi
  printf '%s\n' "$answer" | sed '$d' | sed '/^$/d'
}

coverage() { ask "$base/$1/coverage"; }

follow() {
  local last= data= line
  while :; do
    while IFS= read -r line; do
      case ${line%$'\r'} in
        id:*) last=${line#id:} last=${last# } ;;
        data:*) data=1 ;;
        '') [[ ! $data ]] || coverage "$1" || true; data= ;;
      esac
    done < <(curl -sN --unix-socket "$socket" ${last:+-H "Last-Event-ID: $last"} "http://localhost/v1/events?group=$1")
    sleep 0.1
  done
}

# A third of the lease passes before it is renewed, also when the node has refused.
serve() {
  local range=$base/$1/me/ranges/$2-$3 port=$4 ttl=$6
  local pause=$((ttl / 3)).$((ttl * 1000 / 3 % 1000))
  renew() { ask -X PUT -H 'Content-Type: application/json' -d "{\"port\": $port, \"ttl_s\": $ttl}" "$range"; }
  trap 'ask -X DELETE "$range?port=$port" >/dev/null; exit 0' TERM INT
  renew >/dev/null
  echo '"ok"'
  while :; do
    sleep "$pause" || true
    renew >/dev/null 2>&1 || true
  done
}

group=$(encode "$1")
case $verb in
  owners)
    case $2 in [0-9]*) key=key=$2 ;; *) key=text=$(encode "$2") ;; esac
    ask "$base/$group/owners?$key" ;;
  coverage) coverage "$group" ;;
  follow) follow "$group" ;;
  serve) serve "$group" "${@:2}" ;;
esac
