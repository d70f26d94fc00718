"""Honest nodes under attack, and their bounds meanwhile: memory, descriptors, processor time, time to agree."""

import os
import pathlib
import socket
import statistics
import subprocess
import sys

from program import SLOWNESS, Refused, Test, free_port, time

MEMORY_BYTES_MAX = 50 * 1024 * 1024
CHANGES = 11
SLOWER = 2  # allowed factor from the time before the attack
NOISE_SECONDS = 0.01 * SLOWNESS  # variation of a median on a busy machine without any attack
BATCHES = 4
HERE = pathlib.Path(__file__).parent


def status(process, field):
    text = pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith(field + ":"))


def descriptors(process):
    return len(os.listdir(f"/proc/{process.pid}/fd"))


def processor_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Attacked(Test):
    """Three nodes; the first one is attacked."""

    multicast = "off"
    arguments = ()

    def setUp(self):
        self.multicast_port = free_port(socket.SOCK_DGRAM)
        self.nodes = [self.node() for _ in range(3)]
        self.victim = self.nodes[0]
        host, port = self.victim.id().split(":")
        self.address = (host, int(port))
        for node in self.nodes:
            node.ask("join Ours" + ("" if node is self.victim else f" {self.victim.id()}"))
        for node in self.nodes:
            node.ask(f"await members Ours 3 {10 * SLOWNESS}")
        self.victim.ask("add_item Ours 0 99 11223")
        for node in self.nodes:
            node.ask(f"await topology Ours add 1 {10 * SLOWNESS}")
        self.changes = 0
        self.convergence()  # warm-up: opens connections and adapts the patience of the nodes
        self.before = min(self.convergence() for _ in range(2))
        self.measure()

    def measure(self):
        self.memory_before = status(self.victim.process, "VmRSS")
        self.descriptors_before = descriptors(self.victim.process)

    def node(self, *more):
        return self.shell("--address", "127.0.0.1", "--port", "0", "--multicast", self.multicast, "--multicast-port",
                          str(self.multicast_port), *self.arguments, *more)

    def convergence(self):
        """Returns the median time from a change at one node until all others have it, in seconds."""
        times = []
        for _ in range(CHANGES):
            self.changes += 1
            changed = self.nodes[self.changes % len(self.nodes)]
            others = [node for node in self.nodes if node is not changed]
            key = 1000 + self.changes
            begin = time.monotonic()
            changed.ask(f"add_item Pace {key} {key} 1")
            for node in others:
                self.await_change(node)
            times.append(time.monotonic() - begin)
        return statistics.median(times)

    def await_change(self, node):
        """Waits for the change with a generous limit; assert_pace checks the time."""
        end = time.monotonic() + 120 * SLOWNESS
        while True:
            try:
                return node.ask(f"await topology Pace add {self.changes} {10 * SLOWNESS}")
            except Refused as why:
                if why.code != "timeout" or time.monotonic() > end:
                    raise

    def await_members(self, node, group, count):
        end = time.monotonic() + 100 * SLOWNESS
        while len(node.ask(f"members {group}")) < count:
            self.assertLess(time.monotonic(), end, f"{node.id()} has not taken them in")
            node.ask("sleep 0.5")

    def assert_pace(self):
        """Honest nodes need at most SLOWER times as long to agree. Other load may slow some batches, an attack all."""
        allowed = SLOWER * self.before + NOISE_SECONDS
        found = []
        for _ in range(BATCHES):
            found.append(self.convergence())
            if found[-1] <= allowed:
                break
        self.say("agreement", f"{self.before * 1000:.1f} ms before, {found[-1] * 1000:.1f} ms under attack")
        self.assertLessEqual(min(found), allowed, f"{found} s, {self.before} s before the attack")

    def assert_memory(self):
        """Checks the peak since the start. The bound is higher with sanitizers, which keep freed memory for a while."""
        allowed = MEMORY_BYTES_MAX * (1 if SLOWNESS == 1 else 20)
        grown = status(self.victim.process, "VmRSS") - self.memory_before
        worst = status(self.victim.process, "VmHWM") - self.memory_before
        self.say("memory", f"{grown / 2**20:.1f} MB more, {worst / 2**20:.1f} MB at the worst moment")
        self.assertLessEqual(worst, allowed)

    def assert_descriptors(self, most):
        found = descriptors(self.victim.process) - self.descriptors_before
        self.say("descriptors", f"{found} more")
        self.assertLessEqual(found, most)

    def assert_newcomers_are_served(self):
        newcomer = self.node()
        begin = time.monotonic()
        newcomer.ask(f"join Ours {self.victim.id()}")
        self.victim.ask(f"await members Ours 4 {10 * SLOWNESS}")
        newcomer.ask(f"await topology Pace add {self.changes} {10 * SLOWNESS}")
        self.say("newcomer", f"served in {time.monotonic() - begin:.2f} s")
        newcomer.ask("leave Ours")

    def assert_truth(self):
        """Every node has the own claims of the victim, and no other claims for it."""
        for node in self.nodes:
            self.await_claims(node)

    def await_claims(self, node):
        end = time.monotonic() + 10 * SLOWNESS
        while True:
            found = [(x["start"], x["end"], x["port"]) for x in node.ask("topology Ours add")
                     if x["member"] == self.victim.id()]
            if found == [(0, 99, 11223)]:
                return
            self.assertLess(time.monotonic(), end, f"{node.id()} believes {found}")
            node.ask("sleep 0.02")

    def assert_running(self):
        """No actor was restarted."""
        for row in self.victim.ask("tree"):
            self.assertEqual(row["restarts"], 0, row)

    def assert_unharmed(self):
        self.assert_pace()
        self.assert_newcomers_are_served()
        self.assert_truth()
        self.assert_memory()
        self.assert_running()

    def say(self, what, how):
        print(f"{self.id().rpartition('.')[2]}: {what}: {how}", file=sys.stderr, flush=True)

    def connect(self):
        peer = socket.create_connection(self.address, timeout=10 * SLOWNESS)
        self.addCleanup(peer.close)
        return peer

    def attack(self, *arguments):
        """Runs attacks.py at low priority: the test must not measure the competition for the processor."""
        process = subprocess.Popen(["nice", "-n", "19", sys.executable, HERE / "attacks.py", *map(str, arguments)])
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process
