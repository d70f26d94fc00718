"""A running node that is operated from outside, for the tests of its socket, of HTTP and of the verbs."""

import contextlib
import http.client
import json
import os
import re
import socket
import subprocess
import tempfile

from program import ANSWER_TIME, PROGRAM, clean_environment, unittest


class Node:
    """A running `scalesmall node` with its log."""

    def __init__(self, *arguments, variables=None):
        self.process = subprocess.Popen([PROGRAM, "node", "--port", "0", "--multicast", "off", *arguments],
                                        stderr=subprocess.PIPE, text=True, env=clean_environment() | (variables or {}))
        self.log = []

    def read_until(self, pattern):
        """Returns the first group of a line of the log."""
        for line in self.process.stderr:
            self.log.append(line)
            if found := re.search(pattern, line):
                return found[1]
        raise EOFError("".join(self.log))

    def end(self):
        """The exit status, once the log has been read."""
        self.log.extend(self.process.stderr)
        return self.process.wait(ANSWER_TIME)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()


class SocketConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=ANSWER_TIME)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def exchange(connection, method, target, body=None, headers=None):
    """(status, headers, body) of one request."""
    with contextlib.closing(connection):
        connection.request(method, target, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


class Operated(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name
        os.chmod(self.directory, 0o755)
        self.socket = f"{self.directory}/node.sock"
        self.crashes = False  # whether this case crashes actors on purpose

    def node(self, *arguments, variables=None):
        node = Node(*arguments, variables=variables)
        self.addCleanup(node.kill)
        if self.socket in arguments:
            self.addCleanup(self.assert_no_restarts, node)
        return node

    def assert_no_restarts(self, node):
        """At the end of a case that crashes nothing no actor has been restarted."""
        if node.process.poll() is not None or self.crashes:
            return
        status, _, body = self.ask("GET", "/v1/tree")
        self.assertEqual(status, 200, body)
        for row in json.loads(body):
            self.assertEqual(row["restarts"], 0, row)

    def operated(self, *arguments):
        """A node with a socket and a port, and the port."""
        node = self.node("--control", self.socket, "--http", "0", *arguments)
        return node, int(node.read_until(r"HTTP on 127\.0\.0\.1:(\d+)"))

    def verb(self, *words, variables=None, **how):
        self.crashes = self.crashes or words[0] == "crash"
        return subprocess.run([PROGRAM, *words], capture_output=True, timeout=ANSWER_TIME, check=False,
                              env=clean_environment() | {"SCALESMALL_SOCKET": self.socket} | (variables or {}), **how)

    def assert_done(self, *words):
        ran = self.verb(*words)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return ran.stdout

    def assert_ends_with(self, status, *words, **how):
        ran = self.verb(*words, **how)
        self.assertEqual(ran.returncode, status, (words, ran.stdout, ran.stderr))
        self.assertEqual(ran.stderr.count(b"\n"), 1, ran.stderr)
        return ran.stderr.decode()

    def ask(self, method, target, body=None, headers=None):
        return exchange(SocketConnection(self.socket), method, target, body, headers)

    def assert_start_refused(self, sentence, *arguments):
        node = self.node(*arguments)
        self.assertEqual(node.end(), 2, node.log)
        self.assertIn(sentence, "".join(node.log))

    def follow(self, *words):
        """A verb that runs on, and what it writes."""
        process = subprocess.Popen([PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   env=clean_environment() | {"SCALESMALL_SOCKET": self.socket})
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process
