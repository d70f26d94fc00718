#!/usr/bin/env python3
"""Checks a client of scalesmall, in whatever language it is written.

    conformance.py --socket PATH [--only CHECKS] CLIENT [WORDS]...

PATH is the socket of a running node. CHECKS are reading, following, leases, played_streams or played_leases. CLIENT is
a program that this script calls with these words:

    --socket PATH owners GROUP KEY                     prints the owners of a number, or of the key of a text
    --socket PATH coverage GROUP                       prints who serves what of all keys
    --socket PATH follow GROUP                         prints the coverage, and again after each change
    --socket PATH serve GROUP FIRST LAST PORT --ttl S  prints "ok" once it serves; takes it back at SIGTERM

It prints JSON as the node gives it, one value a line. It ends with 0 if it is done, 1 if the node refused, with the code
of the refusal on standard error, and 3 if no node answers. `follow` and `serve` run until they are ended; `follow` goes
on after the node was away. A word that begins with a digit is a number, any other one is a text.

Some checks need a node that answers what real ones seldom do; this script plays it.
"""

import argparse
import contextlib
import http.client
import http.server
import json
import os
import queue
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from urllib.parse import parse_qs, quote, unquote, urlsplit

LIMIT = float(os.environ.get("CONFORMANCE_LIMIT", "20"))  # seconds that any answer may take
HALF = 2**31
KEY = "user:1&key=ü +%41"
NAMES = ["shop", "a/b %2F?&#+", "Größe 漢字", "<b>&amp;\"'"]


class SocketConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=LIMIT)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def ask(path, method, target, fields=None):
    with contextlib.closing(SocketConnection(path)) as connection:
        headers = {} if fields is None else {"Content-Type": "application/json"}
        connection.request(method, target, None if fields is None else json.dumps(fields), headers)
        return json.loads(connection.getresponse().read())


def of_group(group, what):
    return f"/v1/groups/{quote(group, '')}/{what}"


def check(true, *about):
    if not true:
        raise AssertionError(" ".join(str(x) for x in about))


class Running:
    """A client that goes on until it is ended."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put("")

    def next(self):
        line = self.lines.get(timeout=LIMIT)
        check(line, "the client has ended with", self.process.poll())
        return json.loads(line)

    def until(self, wanted):
        """Passes over what it prints before that: some changes may be shown together, and some twice."""
        while not wanted(x := self.next()):
            pass
        return x

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(LIMIT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class Client:
    def __init__(self, words):
        self.words = words

    def start(self, path, *words):
        return Running([*self.words, "--socket", path, *words])

    def run(self, path, *words):
        return subprocess.run([*self.words, "--socket", path, *words], capture_output=True, text=True, encoding="utf-8",
                              timeout=LIMIT, check=False)

    def ask(self, path, *words):
        ran = self.run(path, *words)
        check(ran.returncode == 0, words, "ended with", ran.returncode, ran.stderr)
        check(ran.stdout.count("\n") == 1, words, "did not print one line:", ran.stdout)
        return json.loads(ran.stdout)


class PlayedNode:
    """Serves keys 0 to 99 of each group on `port`; what it sends as events is put into `streams`, one list a connection."""

    def __init__(self, directory):
        self.path = f"{directory}/played.sock"
        self.port = 1
        self.streams = queue.Queue()
        self.asked = queue.Queue()  # the number of the last event that a client of the stream had
        self.changes = queue.Queue()  # (method, target, fields)
        self.refuse = 0  # changes to come
        self.server = socketserver.ThreadingUnixStreamServer(self.path, self._handler())
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def pieces(self):
        served = {"start": 0, "end": 99, "members": 1, "owners": [{"member": "127.0.0.1:1", "port": self.port}]}
        return [served, {"start": 100, "end": 2**32 - 1, "members": 0, "owners": []}]

    def close(self):
        self.streams.put(None)
        self.server.shutdown()
        self.server.server_close()

    def _handler(self):
        node = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                target = urlsplit(self.path)
                if target.path == "/v1/events":
                    with contextlib.suppress(ConnectionError):  # the client has ended
                        self._stream(parse_qs(target.query))
                else:
                    self._answer(200, node.pieces() if target.path.endswith("/coverage") else [])

            def do_PUT(self):
                fields = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                node.changes.put(("PUT", self.path, fields))
                node.refuse -= 1
                busy = {"error": {"code": "unavailable", "message": "not now"}}
                self._answer(*((503, busy) if node.refuse >= 0 else (200, "ok")))

            def do_DELETE(self):
                node.changes.put(("DELETE", self.path, None))
                self._answer(200, "ok")

            def _answer(self, status, value):
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def _stream(self, query):
                after = self.headers.get("Last-Event-ID") or query.get("after", [None])[0]
                node.asked.put(after)
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                self.close_connection = True
                if after is None:
                    self._chunk(event(6, "reset", {"event": "reset", "why": "begin"}))
                while (part := node.streams.get()) is not None:
                    for i in range(0, len(part), 7):  # cut anywhere, also within a character
                        self._chunk(part[i:i + 7])

            def _chunk(self, data):
                self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
                self.wfile.flush()

        return Handler


def event(number, kind, data):
    return f"id: {number}\nevent: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


def checks_of_reading(client, path):
    for name in NAMES:
        ask(path, "PUT", of_group(name, f"me/ranges/0-{HALF - 1}"), {"port": 8080})
        owners = client.ask(path, "owners", name, "5")
        check([(x["start"], x["end"], x["port"]) for x in owners] == [(0, HALF - 1, 8080)], name, owners)
        check(client.ask(path, "owners", name, str(HALF)) == [], name)
        check(client.ask(path, "owners", name, KEY) == ask(path, "GET", of_group(name, f"owners?text={quote(KEY, '')}")), name)
        check(client.ask(path, "coverage", name) == ask(path, "GET", of_group(name, "coverage")), name)
    yield "names of groups and keys reach the node as they are"

    check(client.ask(path, "owners", "no such group", "0") == [])
    whole = client.ask(path, "coverage", "no such group")
    check([(x["start"], x["end"], x["owners"]) for x in whole] == [(0, 2**32 - 1, [])], whole)
    yield "a group that nobody knows has no owners and one gap"

    ran = client.run(path, "coverage", "\x1b[31m")
    check(ran.returncode == 1 and "invalid_argument" in ran.stderr, ran.returncode, ran.stderr)
    yield "a refusal is status 1, with its code"

    ran = client.run(path + ".nowhere", "coverage", "shop")
    check(ran.returncode == 3, ran.returncode, ran.stderr)
    yield "no node is status 3"


def checks_of_following(client, path):
    with client.start(path, "follow", "followed") as following:
        check(following.next()[0]["owners"] == [])
        ask(path, "PUT", of_group("followed", "me/ranges/0-9"), {"port": 80})
        following.until(lambda x: [o["port"] for o in x[0]["owners"]] == [80] and x[0]["end"] == 9)
        ask(path, "DELETE", of_group("followed", "me/ranges/0-9?port=80"))
        following.until(lambda x: x[0]["owners"] == [])
    yield "changes are followed"


def checks_of_leases(client, path):
    served = of_group("leased", "owners?key=5")

    def until_served(wanted):
        end = time.monotonic() + LIMIT
        while bool(ask(path, "GET", served)) != wanted:
            check(time.monotonic() < end, "the range is" + (" not" if wanted else "") + " served")
            time.sleep(0.01)

    for number in (signal.SIGTERM, signal.SIGKILL):
        with client.start(path, "serve", "leased", "0", "9", "8080", "--ttl", "1") as serving:
            check(serving.next() == "ok")
            until_served(True)
            serving.end(number)
        until_served(False)
        yield f"a range goes with a client that ends by {number.name}"


def checks_of_played_streams(client, node):
    with client.start(node.path, "follow", "shop") as following:
        check(node.asked.get(timeout=LIMIT) is None)
        following.until(lambda x: x[0]["owners"][0]["port"] == 1)
        node.port = 2
        node.streams.put(b": a comment\n\nretry: 1\n\n" + event(7, "group", {"event": "member_joined", "group": "shop", "note": "漢字"}))
        following.until(lambda x: x[0]["owners"][0]["port"] == 2)
        yield "a stream is read however it is cut"

        node.streams.put(None)
        check(node.asked.get(timeout=LIMIT) == "7", "it did not tell the number of the last event")
        node.port = 3
        node.streams.put(event(8, "group", {"event": "snapshot", "group": "shop", "complete": False}))
        following.until(lambda x: x[0]["owners"][0]["port"] == 3)
        yield "a stream that ended goes on behind the last event"

        node.port = 4
        node.streams.put(event(900, "reset", {"event": "reset", "why": "too_late"}))
        following.until(lambda x: x[0]["owners"][0]["port"] == 4)
        node.streams.put(None)
        check(node.asked.get(timeout=LIMIT) == "900")
        yield "after a reset all is read again"

        node.streams.put(b"id: 905\n\n")
        node.streams.put(None)
        check(node.asked.get(timeout=LIMIT) == "905")
        yield "a number without data is that of the last event, too"


def checks_of_played_leases(client, node):
    target = "/v1/groups/a%2Fb/me/ranges/5-9"

    def next_change():
        method, path, fields = node.changes.get(timeout=LIMIT)
        check(unquote(urlsplit(path).path) == unquote(target) and "a%2Fb" in path.replace("%2f", "%2F"), path)
        return method, parse_qs(urlsplit(path).query), fields

    with client.start(node.path, "serve", "a/b", "5", "9", "80", "--ttl", "1") as serving:
        begin = time.monotonic()
        for _ in range(3):
            method, _, fields = next_change()
            check(method == "PUT" and int(fields["port"]) == 80 and int(fields["ttl_s"]) == 1, method, fields)
        check(time.monotonic() - begin > 0.2, "it renews without a pause")
        node.refuse = 1
        check(next_change()[0] == "PUT")
        check(next_change()[0] == "PUT", "it does not renew after a refusal")
        serving.end()
        while (change := next_change())[0] == "PUT":
            pass
        check(change[0] == "DELETE" and change[1] == {"port": ["80"]}, change)
    yield "a lease is renewed, also after a refusal, and taken back"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--socket", required=True, metavar="PATH")
    parser.add_argument("--only", choices=["reading", "following", "leases", "played_streams", "played_leases"])
    parser.add_argument("client", nargs=argparse.REMAINDER, metavar="CLIENT")
    a = parser.parse_args()
    if not a.client:
        parser.error("the client is missing")
    client = Client(a.client)
    done = 0
    with tempfile.TemporaryDirectory() as directory, contextlib.closing(PlayedNode(directory)) as node:
        groups = [(checks_of_reading, a.socket), (checks_of_following, a.socket), (checks_of_leases, a.socket),
                  (checks_of_played_streams, node), (checks_of_played_leases, node)]
        for checks, of in groups:
            if a.only not in (None, checks.__name__.removeprefix("checks_of_")):
                continue
            try:
                for name in checks(client, of):
                    done += 1
                    print(f"ok: {name}")
            except (AssertionError, ValueError, KeyError, IndexError, TypeError, queue.Empty, subprocess.TimeoutExpired, OSError) as error:
                print(f"FAILED, {checks.__name__} behind check {done}: {type(error).__name__} {error}")
                return 1
    print(f"all {done} checks passed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
