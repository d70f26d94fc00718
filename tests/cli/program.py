"""Runs the program as separate processes, driven through pipes as by a user. Every wait has a limit."""

import contextlib
import fcntl
import json
import os
import queue
import signal
import socket
import subprocess
import termios
import threading
import time
import unittest

PROGRAM = os.environ["SCALESMALL"]

# Sanitizers slow the program down: the time limits promised to users are multiplied by this factor.
SLOWNESS = float(os.environ.get("SCALESMALL_SLOWNESS", "1"))
ANSWER_TIME = 30 * SLOWNESS
STOP_TIME = 2 * SLOWNESS


def free_port(kind=socket.SOCK_STREAM):
    """Returns a port that is free at this moment."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(*arguments, text="", variables=None):
    """Runs the program to its end. Of its own variables the environment holds only `variables`."""
    return subprocess.run([PROGRAM, *arguments], input=text, capture_output=True, text=True, errors="surrogateescape",
                          env=clean_environment() | (variables or {}), timeout=ANSWER_TIME, check=False)


def clean_environment():
    return {name: value for name, value in os.environ.items() if not name.startswith("GROUP_MANAGER_")}


class Refused(Exception):
    """A command that answered with an error."""

    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code = code


class Shell:
    """A running `scalesmall shell --json`."""

    def __init__(self, *arguments, program=PROGRAM, variables=None):
        self.process = subprocess.Popen([program, "shell", "--json", *arguments], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1,
                                        env=clean_environment() | (variables or {}))
        self.lines = queue.Queue()
        self.log = []
        self.disturbed = False  # whether a test has crashed one of its actors, or has the process stopped
        self.unanswered = 0
        self.readers = [threading.Thread(target=self._read, daemon=True),
                        threading.Thread(target=lambda: self.log.extend(self.process.stderr), daemon=True)]
        for reader in self.readers:
            reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def send(self, command):
        self.disturbed = self.disturbed or command.startswith(("crash ", "quit"))
        self.unanswered += 1
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def send_and_be_read(self, commands):
        """Sends lines and waits until the shell has read them."""
        self.send(commands)
        end = time.monotonic() + ANSWER_TIME
        while fcntl.ioctl(self.process.stdin, termios.FIONREAD, b"\0" * 4) != b"\0" * 4:
            if time.monotonic() > end:
                raise TimeoutError("the shell does not read")

    def answer(self):
        line = self.lines.get(timeout=ANSWER_TIME)
        if line is None:
            raise EOFError(f"the shell ended with {self.process.wait(ANSWER_TIME)}: {''.join(self.log)}")
        self.unanswered -= 1
        answer = json.loads(line)
        if not answer["ok"]:
            raise Refused(answer["error"]["code"], answer["error"]["message"])
        return answer["result"]

    def ask(self, command):
        self.send(command)
        return self.answer()

    def id(self):
        return self.ask("my_id")

    def wait(self, limit=STOP_TIME):
        """Returns the exit status once the program has ended; raises subprocess.TimeoutExpired after `limit` seconds."""
        status = self.process.wait(limit)
        for reader in self.readers:
            reader.join()
        return status

    def signal(self, number):
        self.disturbed = True
        self.process.send_signal(number)

    def close(self):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.close()
        for reader in self.readers:
            reader.join()
        self.process.stdout.close()
        self.process.stderr.close()


class Test(unittest.TestCase):
    """At its end each case kills every shell that it has started.

    In those that it leaves in peace no actor may have been restarted.
    """

    def shell(self, *arguments, **how):
        shell = Shell(*arguments, **how)
        self.addCleanup(shell.kill)
        self.addCleanup(self.assert_no_restarts, shell)
        return shell

    def cluster(self, size, *arguments, deaf=()):
        """Starts nodes with their own multicast port. Nodes with an index in `deaf` run without multicast."""
        port = str(free_port(socket.SOCK_DGRAM))
        return [self.shell("--port", "0", "--multicast-port", port, "--multicast", "off" if i in deaf else "on", *arguments)
                for i in range(size)]

    def assert_no_restarts(self, shell):
        runs = shell.process.poll() is None and not shell.process.stdin.closed
        if runs and not shell.unanswered and not shell.disturbed:
            for row in shell.ask("tree"):
                self.assertEqual(row["restarts"], 0, row)

    def assert_stops(self, shell, status=0):
        begin = time.monotonic()
        self.assertEqual(shell.wait(), status, "".join(shell.log))
        self.assertLess(time.monotonic() - begin, STOP_TIME)

    def assert_refused(self, code, shell, command):
        with self.assertRaises(Refused) as caught:
            shell.ask(command)
        self.assertEqual(caught.exception.code, code)


__all__ = ["ANSWER_TIME", "PROGRAM", "Refused", "SLOWNESS", "STOP_TIME", "Shell", "Test", "clean_environment",
           "free_port", "run", "signal", "time", "unittest"]
