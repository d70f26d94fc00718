"""Processes of sharded_kv, driven by lines of text."""

import os
import signal
import subprocess
import sys
import tempfile
import time


class Process:
    """One process of the store, or a client of it. Options as of the program."""

    def __init__(self, program, *options):
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([program, *options], text=True, bufsize=1, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self.log)
        self.address = self.process.stdout.readline().strip()

    def ask(self, *words):
        self.process.stdin.write(" ".join(str(x) for x in words) + "\n")
        return self.process.stdout.readline().strip()

    def end(self):
        self.process.stdin.close()
        return self.process.wait(20)

    def signal(self, which):
        os.kill(self.process.pid, which)
        if which == signal.SIGKILL:
            self.process.wait(20)

    def losses(self):
        """When it was told that it lost a range, in seconds since 1970."""
        self.log.seek(0)
        return [float(line.split()[1]) / 1000 for line in self.log if line.startswith("lost ")]


class Store:
    """Processes that come and go, with readers and writers in one more process."""

    def __init__(self, program, count, replicas=2, quick=False, slots=1024):
        self.program = program
        self.options = ["--replicas", str(replicas), "--slots", str(slots), *(["--quick"] if quick else [])]
        first = Process(program, *self.options, "--expect", str(count))
        self.stores = [first]
        while len(self.stores) < count:
            self.stores.append(self.begin("--expect", str(count)))
        self.client = self.begin("--client")
        self.settle()

    def begin(self, *options):
        peer = self.stores[-1].address
        return Process(self.program, *self.options, "--peer", peer, *options)

    def settle(self, asked=None):
        """Waits until all is as the plan says; returns how long that took."""
        begin = time.monotonic()
        expect((asked or self.client).ask("settled", len(self.stores)), "ok")
        return time.monotonic() - begin

    def load(self, writers, readers):
        expect(self.client.ask("load", writers, readers), "ok")

    def add(self):
        self.stores.append(self.begin())
        return self.settle()

    def drain(self, which=0):
        leaving = self.stores.pop(which)
        begin = time.monotonic()
        expect(leaving.ask("drain"), "ok")
        took = time.monotonic() - begin - 1  # the program waits so long afterwards
        expect(leaving.end(), 0)
        return took

    def start_again(self, which):
        """The same process after its end."""
        port = self.stores[which].address.rsplit(":", 1)[1]
        peer = self.stores[which - 1].address
        self.stores[which] = Process(self.program, *self.options, "--listen", port, "--peer", peer)

    def loads(self, without):
        """How many ranges the others were told to load."""
        return sum(int(x.ask("loads")) for i, x in enumerate(self.stores) if i != without)

    def uncovered(self):
        """For how many milliseconds some keys had no reachable owner."""
        return float(self.client.ask("uncovered"))

    def kill(self, which=0):
        self.stores.pop(which).signal(signal.SIGKILL)

    def stop(self):
        """What the readers and writers counted."""
        words = self.client.ask("stop").split()
        return {name: float(value) for name, value in zip(words[::2], words[1::2])}

    def end(self):
        for process in [self.client, *self.stores]:
            expect(process.end(), 0)


def expect(answer, wanted):
    if answer != wanted:
        sys.exit(f"expected {wanted!r}, got {answer!r}")
