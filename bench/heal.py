#!/usr/bin/env python3
"""Measures how soon real processes agree after a network that was cut in two is whole again.

    SCALESMALL=build/release/bin/scalesmall bench/heal.py [CASE]...

Needs root: each node has a network namespace of its own. The cases run at once, each in a network of its own, and take
some four minutes together. A cut is `silent` (packets vanish) or `unresolved` (the link is gone, so addresses are not
resolved, and the system says so after 3 s). In the case `seed` all others start before their only seed does. In the
cases `vanish` the network stays cut: half of the hosts are gone.

heal_s: from the whole network until every node has the ranges that were added meanwhile; in the case `seed` from the
listening seed until every node lists all. change_ms_*: from `add_item` at one node until every node has the range, over
some changes before the cut, and over some that begin one second after the heal. In the cases `vanish` until every node
that is left has the range, after one second, ten and sixty, and `noticed_s` is when all that are left know from their
failure detectors which are gone.
"""

import dataclasses
import pathlib
import statistics
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path += [str(ROOT / "tests" / folder) for folder in ("cli", "hosts")]
from network import Host, Namespace, why_not
from program import Test

PORT = 29999
LIMIT_SECONDS = 25  # a shell waits for 30 s
CHANGES = 20
MEETING_SECONDS = 10


@dataclasses.dataclass(frozen=True)
class Case:
    nodes: int
    away: int  # so many of them are cut off from the others
    seconds: float
    multicast: bool
    cut: str
    detector: bool = False

    def __str__(self):
        return (f"nodes={self.nodes} away={self.away} seconds={self.seconds} "
                f"multicast={'on' if self.multicast else 'off'} cut={self.cut}"
                f"{' detector=on' if self.detector else ''}")


CASES = {f"{name}_{cut}": Case(nodes, away, seconds, multicast, cut)
         for cut in ("silent", "unresolved")
         for name, nodes, away, seconds, multicast in (
             ("pair_15", 2, 1, 15, False), ("three_15", 3, 1, 15, False),
             ("pair_75", 2, 1, 75, True), ("pair_100", 2, 1, 100, True), ("pair_150", 2, 1, 150, True),
             ("three", 3, 1, 100, False), ("one_of_12", 12, 1, 180, True), ("halves_of_12", 12, 6, 100, False))}
CASES["seed"] = Case(12, 1, 60, False, "seed")
CASES |= {f"vanish_{name}": Case(24, 12, 60, multicast, "vanish", detector) for name, multicast, detector in (
    ("detected", False, True), ("unnoticed", False, False), ("multicast", True, True))}


class Network:
    """10.77.1.0/24 as two bridges with a cable between them, and a host for each node."""

    def __init__(self, case):
        self.switch = Namespace()
        self.switch.ip("link add cable0 type veth peer name cable1")
        for side in (0, 1):
            self.switch.ip(f"link add side{side} type bridge mcast_snooping 0")
            self.switch.ip(f"link set side{side} up")
            self.switch.ip(f"link set cable{side} master side{side} up")
        self.hosts = [self._host(i, 1 if i < case.away else 0) for i in range(case.nodes)]
        if case.cut in ("silent", "vanish"):
            self._fix_addresses()

    def _host(self, number, side):
        host = Host(f"10.77.1.{number + 1}")
        self.switch.ip(f"link add plug{number} type veth peer name eth0 netns {host.path}")
        self.switch.ip(f"link set plug{number} master side{side} up")
        host.ip(f"link set eth0 address 02:00:00:00:00:{number + 1:02x}")
        host.ip(f"address add {host.address}/24 dev eth0")
        host.ip("link set lo up")
        host.ip("link set eth0 up")
        return host

    def _fix_addresses(self):
        for host in self.hosts:
            for number, other in enumerate(self.hosts):
                if other is not host:
                    host.ip(f"neighbour add {other.address} lladdr 02:00:00:00:00:{number + 1:02x} dev eth0 nud permanent")

    def cable(self, state):
        self.switch.ip(f"link set cable0 {state}")

    def close(self):
        for namespace in (*self.hosts, self.switch):
            namespace.close()


class Heal(Test):
    def runTest(self):
        pass

    def measure(self, case):
        self.multicast = "on" if case.multicast else "off"
        self.network = Network(case)
        self.addCleanup(self.network.close)
        self.detector = "on" if case.detector else "off"
        self.shells, self.ranges = [], 0
        return {"seed": self.late_seed, "vanish": self.vanish}.get(case.cut, self.cut_and_heal)(case)

    def start(self, host):
        with host.inside():
            shell = self.shell("--address", host.address, "--port", str(PORT), "--insecure",
                               "--multicast", self.multicast, "--liveness", self.detector,
                               "--peers", f"{self.network.hosts[0].address}:{PORT}")
        shell.id()
        self.shells.append(shell)
        return shell

    def ask_all(self, command):
        """Returns a function that waits for the last answer."""
        for shell in self.shells:
            shell.send(command)
        return lambda: [shell.answer() for shell in self.shells]

    def add(self, shell):
        shell.ask(f"add_item g {self.ranges} {self.ranges} 80")
        self.ranges += 1

    def await_ranges(self, more=0):
        return self.ask_all(f"await topology g add {self.ranges + more} {LIMIT_SECONDS}")

    def change_ms(self):
        """Returns the median and the greatest time of some changes."""
        times = []
        for number in range(CHANGES):
            shell = self.shells[number % len(self.shells)]
            others = [x for x in self.shells if x is not shell]
            for other in others:
                other.send(f"await topology g add {self.ranges + 1} {LIMIT_SECONDS}")
            begin = time.monotonic()
            self.add(shell)
            for other in others:
                other.answer()
            times.append(1000 * (time.monotonic() - begin))
            time.sleep(0.05)
        return f"{statistics.median(times):.0f},{max(times):.0f}"

    def cut_and_heal(self, case):
        for host in self.network.hosts:
            self.start(host)
        self.ask_all("join g")()
        self.ask_all(f"await members g {case.nodes} {LIMIT_SECONDS}")()
        time.sleep(MEETING_SECONDS)
        before = self.change_ms()

        self.network.cable("down")
        time.sleep(case.seconds / 2)
        self.add(self.shells[0])
        self.add(self.shells[-1])
        time.sleep(case.seconds / 2)
        healed = self.await_ranges()
        self.network.cable("up")
        begin = time.monotonic()
        healed()
        heal = time.monotonic() - begin
        time.sleep(max(0, begin + 1 - time.monotonic()))
        return f"heal_s={heal:.2f} change_ms_before={before} change_ms_after={self.change_ms()}"

    def vanish(self, case):
        for host in self.network.hosts:
            self.start(host)
        self.ask_all("join g")()
        self.ask_all(f"await members g {case.nodes} {LIMIT_SECONDS}")()
        time.sleep(MEETING_SECONDS)
        self.shells = self.shells[case.away:]
        said = [f"change_ms_before={self.change_ms()}"]
        self.network.cable("down")
        begin = time.monotonic()
        if case.detector:
            while any(len(x.ask("members g --reachable")) != len(self.shells) for x in self.shells):
                time.sleep(0.1)
            said.append(f"noticed_s={time.monotonic() - begin:.1f}")
        noticed = time.monotonic()
        for after in (1, 10, case.seconds):
            time.sleep(max(0, noticed + after - time.monotonic()))
            said.append(f"change_ms_{after}_s={self.change_ms()}")
        return " ".join(said)

    def late_seed(self, case):
        seed, *others = self.network.hosts
        for host in others:
            self.start(host)
        self.ask_all("join g")()
        time.sleep(case.seconds)
        self.start(seed).ask("join g")
        begin = time.monotonic()
        self.ask_all(f"await members g {case.nodes} {LIMIT_SECONDS}")()
        return f"heal_s={time.monotonic() - begin:.2f}"


def run(name, failed):
    heal = Heal()
    try:
        print(f"{CASES[name]} {heal.measure(CASES[name])}", flush=True)
    except Exception as error:  # of one case; the others go on
        failed.append(name)
        print(f"{CASES[name]} failed: {error!r}", flush=True)
    finally:
        heal.doCleanups()


def main(names):
    unknown = set(names) - set(CASES)
    if unknown:
        sys.exit(f"no case {', '.join(sorted(unknown))}; there are: {' '.join(CASES)}")
    if reason := why_not():
        sys.exit(f"not measured: {reason}")
    failed = []
    threads = [threading.Thread(target=run, args=(name, failed)) for name in names or CASES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
