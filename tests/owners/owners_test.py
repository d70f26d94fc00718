#!/usr/bin/env python3
"""Processes that serve the same keys: one is stopped, killed, crashed or behind a dead host while another asks.

The program is named by the environment variable REPLICA (tests/owners/replica.cpp).
"""

import contextlib
import os
import select
import signal
import socket
import subprocess
import time
import unittest

PROGRAM = os.environ["REPLICA"]
SLOWNESS = float(os.environ.get("SCALESMALL_SLOWNESS", "1"))
# Requests wait for 300 ms.
FAILING_MS_MAX = 1_000 * SLOWNESS
# Far beyond what anything here takes.
WAIT_SECONDS = 60 * SLOWNESS


class Replica:
    def __init__(self, number, *seed, detector="off"):
        self.number = number
        self.process = subprocess.Popen([PROGRAM, str(number), detector, *seed], text=True, bufsize=1,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            self.address = self.line()
        except Exception:
            self.kill()
            raise

    def line(self):
        """The next line that the process writes. It writes one for each command, so none waits in a buffer."""
        if not select.select([self.process.stdout], [], [], WAIT_SECONDS)[0]:
            raise TimeoutError(f"replica {self.number} writes nothing")
        line = self.process.stdout.readline()
        if not line:
            raise EOFError(f"replica {self.number} has ended with {self.process.wait(WAIT_SECONDS)}")
        return line.strip()

    def kill(self):
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()

    def ask(self, command, meanwhile=lambda: None):
        self.process.stdin.write(command + "\n")
        meanwhile()
        return self.line()

    def load(self, seconds, meanwhile=lambda: None):
        return tuple(int(word) for word in self.ask(f"load {seconds}", meanwhile).split())

    def end(self):
        self.process.stdin.close()
        status = self.process.wait(WAIT_SECONDS)
        self.process.stdout.close()
        return status


def port(replica):
    return int(replica.address.rsplit(":", 1)[1])


class Owners(unittest.TestCase):
    def setUp(self):
        self.all = []
        self.addCleanup(lambda: [x.kill() for x in self.all])
        self.asking = self.start(0)
        # Owners of a key come in the order of their addresses.
        self.first, self.second = sorted((self.start(n, self.asking.address) for n in (1, 2)), key=port)
        self.assertEqual(self.asking.ask("await 2"), "ok")
        self.until_answered_by(self.first)

    def start(self, number, *seed):
        self.all.append(Replica(number, *seed))
        return self.all[-1]

    def tearDown(self):
        for replica in self.all:
            if replica.process.poll() is None:
                self.assertEqual(replica.end(), 0)

    def until_answered_by(self, replica):
        end = time.monotonic() + 20 * SLOWNESS
        while (answer := self.asking.ask("ask")) != str(replica.number):
            self.assertLess(time.monotonic(), end, answer)

    def check_load(self, what):
        asked, failed, span, _ = self.asking.load(4)
        print(f"{what}: {failed} of {asked} requests failed, within {span} ms of the first")
        self.assertLess(span, FAILING_MS_MAX)
        self.assertEqual(self.asking.ask("ask"), str(self.second.number))
        return failed

    def test_a_stopped_owner_is_passed_over_and_asked_again_when_it_goes_on(self):
        self.first.process.send_signal(signal.SIGSTOP)
        try:
            self.assertGreater(self.check_load("stopped"), 0)
        finally:
            self.first.process.send_signal(signal.SIGCONT)
        self.until_answered_by(self.first)

    def test_a_killed_owner_is_passed_over(self):
        self.first.kill()
        self.check_load("killed")

    def test_an_owner_whose_host_is_gone_is_passed_over(self):
        """A listener whose backlog is full drops the packets that ask for a connection, as a host does that is gone."""
        hole = socket.create_server(("127.0.0.1", 0), backlog=0)
        self.addCleanup(hole.close)
        for _ in range(3):
            waiting = socket.socket()
            self.addCleanup(waiting.close)
            waiting.setblocking(False)
            waiting.connect_ex(hole.getsockname())
        with self.assertRaises(TimeoutError):
            socket.create_connection(hole.getsockname(), timeout=0.2)
        self.assertEqual(self.first.ask(f"claim {hole.getsockname()[1]}"), "ok")
        self.check_load("gone")

    def test_a_published_reference_survives_a_crash_of_its_actor(self):
        self.assertEqual(self.first.ask("crash"), "ok")
        self.until_answered_by(self.first)

    def test_processes_whose_references_were_published_and_sent_end_without_a_fault(self):
        for replica in (self.asking, self.second):
            self.assertEqual(replica.ask("hand"), "ok")
        self.assertEqual(self.asking.end(), 0)
        self.assertEqual(self.first.end(), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
