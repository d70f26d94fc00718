#!/usr/bin/env python3
"""A client of a running scalesmall node, with Python's standard library only.

    node = Node()                              # the one node of this machine; or Node(socket=...), Node(url=..., token=...)
    node.owners("shop", "user:4711")           # who serves a key: [{"member": "10.0.0.1:29999", "port": 8080, ...}]
    with node.serve("shop", 0, 99, port=8080): # serve keys for as long as this process lives
        ...
    for view in node.follow("shop"):           # who serves what, again after each change
        view.owners("user:4711")               # without asking the node

As a program it is asked by words, and answers with JSON; `--help` lists them. docs/http-api.md says what a node can be
asked, and conformance.py checks this client, or one in any other language.
"""

import argparse
import bisect
import contextlib
import glob
import hashlib
import http.client
import json
import os
import signal
import socket
import sys
import threading
import time
from urllib.parse import quote, urlencode, urlsplit

KEY_MAX = 2**32 - 1
SILENCE_MAX = 40  # seconds without a byte after which a stream is dead; a node writes every 15 s
RETRY = 0.2, 5  # seconds between attempts, at first and at most


class Refused(Exception):
    """The node answered that it will not."""

    def __init__(self, status, code, message):
        super().__init__(message)
        self.status, self.code = status, code


class NoNode(OSError):
    """There is no node, or not one."""


def key_of(text):
    """The key of a text or of bytes: the first four bytes of its SHA-256."""
    data = text.encode() if isinstance(text, str) else text
    return int.from_bytes(hashlib.sha256(data).digest()[:4], "big")


def find_socket():
    """The socket of the one node of this user that runs."""
    if path := os.environ.get("SCALESMALL_SOCKET"):
        return path
    session = os.environ.get("XDG_RUNTIME_DIR")
    places = [os.environ.get("RUNTIME_DIRECTORY"), session and f"{session}/scalesmall", f"/tmp/scalesmall-{os.getuid()}"]
    found = []
    for path in sorted({x for place in places if place for x in glob.glob(f"{glob.escape(place)}/*.sock")}):
        with socket.socket(socket.AF_UNIX) as probe, contextlib.suppress(OSError):
            probe.connect(path)
            found.append(path)
    if len(found) != 1:
        raise NoNode(f"several nodes run here: {', '.join(found)}" if found else "no node runs here")
    return found[0]


class _SocketConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class View:
    """Who serves what in a group, at one moment. A look-up asks nobody."""

    def __init__(self, pieces):
        self.pieces = pieces  # ascending; together all keys
        self._ends = [x["end"] for x in pieces]

    def piece(self, key):
        return self.pieces[bisect.bisect_left(self._ends, key if isinstance(key, int) else key_of(key))]

    def owners(self, key):
        """The reachable owners of a number, or of the key of a text: [{"member": ..., "port": ...}]."""
        return self.piece(key)["owners"]

    def gaps(self):
        """The ranges that nobody serves."""
        return [(x["start"], x["end"]) for x in self.pieces if not x["owners"] and not x.get("unreachable")]


class Node:
    """Any number of threads may use it: each request has its own connection."""

    def __init__(self, socket=None, url=None, token=None, timeout=10):
        self.path = None if url else socket or find_socket()
        self.url = urlsplit(url) if url else None
        self.token = token
        self.timeout = timeout

    def owners(self, group, key, all=False):
        """The owners of a number, or of the key of a text; with `all` those that cannot be reached, too."""
        query = {"key": key} if isinstance(key, int) else {"text": key}
        return self.get(f"/v1/groups/{quote(group, '')}/owners", **query, **({"all": "true"} if all else {}))

    def coverage(self, group):
        """Who serves what of all keys, as a View."""
        return View(self.get(f"/v1/groups/{quote(group, '')}/coverage"))

    def serve(self, group, first, last, port, ttl=10):
        """Serves these keys until the Lease is closed, or this process has been gone for `ttl` seconds."""
        return Lease(self, group, first, last, port, ttl)

    def plan(self, group):
        """Who is to serve how much of a group that its nodes share out by themselves, and how far that is done."""
        return self.get(f"/v1/groups/{quote(group, '')}/plan")

    def serve_by_plan(self, group, port, **options):
        """Makes the node serve a part of a group that its nodes choose together. No lease: it goes on when this process
        has ended, until it is drained or the node ends. The options are capacity, replicas, zone, slots and expect."""
        self.put(f"/v1/groups/{quote(group, '')}/me/plan", port=port, **options)

    def drain(self, group, seconds=60):
        """Gives that up, and waits until other nodes serve it. False if they do not yet; it goes on then."""
        end = time.monotonic() + seconds
        begun = False
        while True:
            try:
                self.delete(f"/v1/groups/{quote(group, '')}/me/plan", seconds=max(0, min(4, round(end - time.monotonic(), 3))))
                return True
            except Refused as error:
                if begun and error.status == 404:
                    return True  # it came to its end between two requests
                if error.code != "timeout":
                    raise
                begun = True
                if time.monotonic() >= end:
                    return False

    def take_over(self, group):
        """All nodes plan without the members that are gone, at once."""
        self.post(f"/v1/groups/{quote(group, '')}/takeover")

    def events(self, after=None, **filters):
        """What happens from now on, or after the event of this number: (number, type, data). It goes on when the node
        was away. The type `reset`, with which a stream begins, says that some may be missing: read the state."""
        wait = RETRY[0]
        while True:
            try:
                for event in self._stream(after, filters):
                    wait = RETRY[0]
                    after = event[0] if event[0] is not None else after
                    if event[2] is not None:
                        yield event
            except Refused as error:
                if error.status < 500 and error.status != 429:
                    raise
            except (OSError, http.client.HTTPException):
                pass  # the node is away
            time.sleep(wait)
            wait = min(2 * wait, RETRY[1])

    def follow(self, group):
        """A View now, and one after each change. Changes that come close together may be one."""
        view = self.coverage(group)
        yield view
        for _, kind, _ in self.events(group=group):
            if kind not in ("group", "reset"):
                continue
            with contextlib.suppress(OSError, http.client.HTTPException):  # the stream breaks, too, and begins anew
                before, view = view, self.coverage(group)
                if view.pieces != before.pieces:
                    yield view

    def get(self, path, /, **query):
        return self._ask("GET", path + ("?" + urlencode(query, quote_via=quote) if query else ""))

    def put(self, path, /, **fields):
        return self._ask("PUT", path, fields)

    def post(self, path, /, **fields):
        return self._ask("POST", path, fields)

    def delete(self, path, /, **query):
        return self._ask("DELETE", path + ("?" + urlencode(query, quote_via=quote) if query else ""))

    def _ask(self, method, target, fields=None):
        with contextlib.closing(self._connection(self.timeout)) as connection:
            return json.loads(self._answer(connection, method, target, fields).read())

    def _answer(self, connection, method, target, fields=None, headers=None):
        headers = dict(headers or {})
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if fields is not None:
            headers["Content-Type"] = "application/json"
        connection.request(method, target, None if fields is None else json.dumps(fields), headers)
        answer = connection.getresponse()
        if answer.status >= 400:
            text = answer.read()
            try:
                error = json.loads(text)["error"]
            except (ValueError, TypeError, KeyError):
                error = {"code": "http", "message": f"status {answer.status}"}
            raise Refused(answer.status, error["code"], error["message"])
        return answer

    def _connection(self, timeout):
        if self.path:
            return _SocketConnection(self.path, timeout)
        kind = http.client.HTTPSConnection if self.url.scheme == "https" else http.client.HTTPConnection
        return kind(self.url.hostname, self.url.port, timeout=timeout)

    def _stream(self, after, filters):
        headers = {"Accept": "text/event-stream"} | ({} if after is None else {"Last-Event-ID": str(after)})
        target = "/v1/events" + ("?" + urlencode(filters, quote_via=quote) if filters else "")
        with contextlib.closing(self._connection(SILENCE_MAX)) as connection:
            answer = self._answer(connection, "GET", target, headers=headers)
            number, kind, data = None, "message", []
            for line in answer:
                name, _, value = line.decode().rstrip("\r\n").partition(":")
                value = value.removeprefix(" ")
                if name == "id":
                    number = value
                elif name == "event":
                    kind = value
                elif name == "data":
                    data.append(value)
                elif not name and not value:  # without data it is only the number of the last event
                    yield number, kind, json.loads("\n".join(data)) if data else None
                    kind, data = "message", []


class Lease:
    """A claim of keys that lives as long as it is renewed. Renewed by a thread until it is closed."""

    def __init__(self, node, group, first, last, port, ttl):
        self._node, self._port, self._ttl = node, port, ttl
        self._path = f"/v1/groups/{quote(group, '')}/me/ranges/{first}-{last}"
        self._closed = threading.Event()
        self.error = None  # why the last renewal did not succeed
        self._claim()
        self._thread = threading.Thread(target=self._renew, daemon=True)
        self._thread.start()

    def close(self):
        """Takes the claim back."""
        self._closed.set()
        self._thread.join()
        with contextlib.suppress(Refused, OSError, http.client.HTTPException):  # then the lease ends by itself
            self._node.delete(self._path, port=self._port)

    def _claim(self):
        self._node.put(self._path, port=self._port, ttl_s=self._ttl)

    def _renew(self):
        while not self._closed.wait(self._ttl / 3):
            try:
                self._claim()
                self.error = None
            except (Refused, OSError, http.client.HTTPException) as error:
                self.error = error  # a node that is back gets the claim anew

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def _show(x):
    print(json.dumps(x, ensure_ascii=False), flush=True)


def _key(word):
    return int(word, 0) if word[:1].isdigit() else word


def _hold(node, a):
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    with node.serve(a.group, a.first, a.last, a.port, a.ttl):
        _show("ok")
        ended.wait()


def main():
    parser = argparse.ArgumentParser(description="Asks a running scalesmall node; answers with JSON, one value a line.",
                                     epilog="Exit status: 0 done, 1 refused, 2 usage, 3 no node answers.")
    parser.add_argument("--socket", help="the unix socket of the node; the only one, if it is not given")
    parser.add_argument("--url", help="or where it listens for HTTP: http://127.0.0.1:29998")
    parser.add_argument("--token-file", help="a file with the token of --url")
    verbs = parser.add_subparsers(dest="verb", required=True)
    words = {"owners": "group key", "coverage": "group", "follow": "group", "events": "", "serve": "group first last port"}
    texts = {"owners": "who serves a key, which is a number or a text", "coverage": "who serves what of all keys",
             "follow": "the coverage now, and after each change", "events": "all that happens, until it is interrupted",
             "serve": "serve the keys FIRST to LAST on PORT until SIGTERM or SIGINT"}
    for verb, names in words.items():
        made = verbs.add_parser(verb, help=texts[verb], description=texts[verb])
        for name in names.split():
            made.add_argument(name, type=int if name in ("first", "last", "port") else str)
        if verb == "serve":
            made.add_argument("--ttl", type=int, default=10, help="seconds after which the claim of a dead process goes")
    a = parser.parse_args()
    try:
        token = None
        if a.token_file:
            with open(a.token_file, encoding="ascii") as file:
                token = file.read().strip()
        node = Node(a.socket, a.url, token)
        if a.verb == "owners":
            _show(node.owners(a.group, _key(a.key)))
        elif a.verb == "coverage":
            _show(node.coverage(a.group).pieces)
        elif a.verb == "follow":
            for view in node.follow(a.group):
                _show(view.pieces)
        elif a.verb == "events":
            for number, kind, data in node.events():
                _show({"id": number, "event": kind, "data": data})
        else:
            _hold(node, a)
    except Refused as error:
        print(f"{error.code}: {error}", file=sys.stderr)
        return 1
    except (OSError, http.client.HTTPException) as error:
        print(f"no node answers: {error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
