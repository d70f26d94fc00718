#!/usr/bin/env bash
# debian_test.sh DIRECTORY: tests the package of the program in DIRECTORY, in a fresh root of Debian 12 that is made and
# kept there: lintian, installation, upgrade, removal, purge, and the first steps of a newcomer. Status 77 and one line
# where that cannot be.
set -euo pipefail

directory=$(realpath "$1")
skip() { echo "skipped: $*"; exit 77; }
fail() { echo "failed: $*" >&2; exit 1; }

((EUID == 0)) || skip "only root can make a root of Debian 12 to install the package in"
command -v debootstrap lintian >/dev/null || skip "debootstrap or lintian is not there"
unshare --mount true 2>/dev/null || skip "this system does not let root mount anything"

package=$(ls "$directory"/scalesmall_*.deb)
lintian --allow-root --fail-on error --tag-display-limit 0 "$directory"/*.deb || fail "lintian"

system=$directory/root
if [[ ! -e $directory/root.made ]]; then
  rm -rf "$system"
  debootstrap --variant=minbase bookworm "$system" >"$directory/debootstrap.log" ||
    skip "debootstrap cannot make a root of Debian 12 here: $(tail -n 1 "$directory/debootstrap.log")"
  touch "$directory/root.made"
fi
unit=usr/lib/systemd/system/scalesmall.service

# A second version, for the upgrade.
rm -rf "$directory/newer"
dpkg-deb -R "$package" "$directory/newer"
sed -i 's/^Version: .*/&+1/' "$directory/newer/DEBIAN/control"
mkdir -p "$system/packages"
cp "$package" "$system/packages/first.deb"
cp "$(dirname "$0")/../../examples/five_minutes.sh" "$system/packages"
dpkg-deb --root-owner-group -b "$directory/newer" "$system/packages/second.deb" >/dev/null

exec unshare --mount bash -euo pipefail -c '
  system=$1 unit=$2
  mount -t proc proc "$system/proc"
  mount --rbind /dev "$system/dev"
  inside() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive chroot "$system" "$@"; }
  fail() { echo "failed: $*" >&2; exit 1; }
  there() { for x; do [[ -e $system/$x ]] || fail "$x is not there"; done; }
  gone() { for x; do [[ ! -e $system/$x ]] || fail "$x is still there"; done; }

  inside dpkg --purge scalesmall 2>/dev/null
  inside apt-get update -qq
  inside apt-get install -qq -y --no-install-recommends /packages/first.deb >/dev/null
  inside scalesmall --version
  there $unit usr/lib/systemd/system/scalesmall@.service usr/lib/sysusers.d/scalesmall.conf etc/scalesmall/scalesmall.conf \
    usr/share/man/man1/scalesmall.1.gz usr/share/man/man5/scalesmall.conf.5.gz \
    usr/share/bash-completion/completions/scalesmall usr/share/zsh/vendor-completions/_scalesmall
  inside id -u scalesmall >/dev/null
  inside bash -n /usr/share/bash-completion/completions/scalesmall
  # As the service does it, but for the service manager.
  inside install -d -o scalesmall -m 700 /run/scalesmall /var/lib/scalesmall
  inside bash -c "
    setpriv --reuid scalesmall --regid scalesmall --clear-groups env STATE_DIRECTORY=/var/lib/scalesmall \
      scalesmall node --config /etc/scalesmall/scalesmall.conf --control /run/scalesmall/scalesmall.sock 2>/tmp/log &
    for _ in {1..100}; do scalesmall health --socket /run/scalesmall/scalesmall.sock 2>/dev/null && break; sleep 0.1; done
    scalesmall add-item g 0 9 80 --keep && scalesmall stop; wait" || { cat "$system/tmp/log"; fail "the node"; }
  there var/lib/scalesmall/self

  echo "port = 29998" >>"$system/etc/scalesmall/scalesmall.conf"  # of this machine: an upgrade keeps it
  inside apt-get install -qq -y --no-install-recommends /packages/second.deb >/dev/null
  grep -q "port = 29998" "$system/etc/scalesmall/scalesmall.conf" || fail "the upgrade has replaced the configuration"
  there $unit var/lib/scalesmall/self
  inside dpkg --remove scalesmall >/dev/null
  gone $unit usr/bin/scalesmall
  there etc/scalesmall/scalesmall.conf var/lib/scalesmall/self
  inside apt-get install -qq -y --no-install-recommends /packages/second.deb >/dev/null
  inside dpkg --purge scalesmall >/dev/null
  gone $unit usr/bin/scalesmall etc/scalesmall var/lib/scalesmall usr/share/doc/scalesmall
  [[ -z $(inside dpkg -l scalesmall 2>/dev/null | grep "^[a-z]" | grep -v "^un") ]] || fail "dpkg remembers the package"

  # A newcomer installs the package first, and has five minutes.
  inside apt-get install -qq -y --no-install-recommends curl >/dev/null
  inside timeout 300 bash /packages/five_minutes.sh /packages/first.deb || fail "the first five minutes"
  inside dpkg --purge scalesmall >/dev/null
  echo "the package installs, upgrades, is removed and purged in a fresh Debian 12, and the first steps work"
' debian_test "$system" "$unit"
