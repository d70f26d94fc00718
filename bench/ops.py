#!/usr/bin/env python3
"""Measures what it costs to operate and to watch a running node.

    SCALESMALL=build/release/bin/scalesmall bench/ops.py [status] [idle] [watched] [flood] [ping]

- status: how long `scalesmall status` takes as a process of its own, on an idle node, while the node starts, and while
  it has 100 changes a second.
- idle: the CPU time of four nodes with and without a control socket and HTTP, while nobody asks.
- watched: the CPU time of a node with one scrape a second and 32 streams of events.
- flood: how long three nodes take to agree on a claim, with and without 1,000 half-open and 64 slow connections and 32
  streams; and the memory of the node that takes them.
- ping: `scalesmall ping` over 32 nodes of which two are stopped.
"""

import contextlib
import json
import os
import pathlib
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

PROGRAM = os.environ["SCALESMALL"]


class Node:
    def __init__(self, directory, name, *arguments):
        self.socket = f"{directory}/{name}.sock"
        self.process = subprocess.Popen([PROGRAM, "node", "--port", "0", *arguments], stderr=subprocess.PIPE, text=True)
        self.port = None
        self.last_line = ("HTTP on" if "--http" in arguments
                          else "listening on" if "off" in arguments[arguments.index("--control"):] else "operated through")

    def wait(self):
        """Waits for the line of the log that comes last at the start."""
        for line in self.process.stderr:
            if "listening on" in line:
                self.port = int(line.rsplit(":", 1)[1])
            if self.last_line in line:
                break
        threading.Thread(target=self.process.stderr.read, daemon=True).start()
        return self

    def cpu_seconds(self):
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((x / "schedstat").read_text(encoding="ascii").split()[0]) for x in tasks) / 1e9

    def resident_mb(self):
        pages = int(pathlib.Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGESIZE") / 2**20

    def verb(self, *words, check=True):
        return subprocess.run([PROGRAM, *words, "--socket", self.socket], capture_output=True, text=True, check=check)

    def connect(self, text=b""):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self.socket)
        connection.sendall(text)
        return connection

    def end(self):
        self.process.kill()
        self.process.wait()


class Bench(contextlib.ExitStack):
    def __init__(self):
        super().__init__()
        self.directory = self.enter_context(tempfile.TemporaryDirectory())
        self.count = 0

    def node(self, *arguments, operated=True, http=False):
        self.count += 1
        more = ["--control", f"{self.directory}/{self.count}.sock"] if operated else ["--control", "off"]
        if http:
            more += ["--http", "0"]
        node = Node(self.directory, self.count, "--multicast", "off", *more, *arguments)
        self.callback(node.end)
        return node

    def cluster(self, count, **how):
        nodes = [self.node(**how).wait()]
        nodes += [self.node("--peers", f"127.0.0.1:{nodes[0].port}", **how).wait() for _ in range(count - 1)]
        return nodes


def milliseconds(run):
    begin = time.monotonic()
    run()
    return 1000 * (time.monotonic() - begin)


def summary(name, times):
    times = sorted(times)
    print(f"{name}: median_ms={statistics.median(times):.1f} p95_ms={times[int(len(times) * 0.95)]:.1f} "
          f"max_ms={times[-1]:.1f} n={len(times)}", flush=True)


def status(bench):
    node = bench.node().wait()
    node.verb("status")
    summary("status idle", [milliseconds(lambda: node.verb("status")) for _ in range(100)])
    starting = []
    for _ in range(10):
        young = bench.node()
        while not os.path.exists(young.socket):
            time.sleep(0.001)
        starting.append(milliseconds(lambda young=young: young.verb("status")))
        young.end()
    summary("status starting", starting)
    stop = threading.Event()

    def change():
        number = 0
        while not stop.wait(0.01):
            number += 1
            body = b'{"port":80}'
            with node.connect(f"PUT /v1/groups/g/me/ranges/{number % 1000}-{number % 1000} HTTP/1.1\r\nHost: x\r\n"
                              "Connection: close\r\nContent-Type: application/json\r\n"
                              f"Content-Length: {len(body)}\r\n\r\n".encode() + body) as connection:
                while connection.recv(65536):
                    pass

    changing = threading.Thread(target=change)
    changing.start()
    summary("status under load", [milliseconds(lambda: node.verb("status")) for _ in range(100)])
    stop.set()
    changing.join()


def idle(bench, seconds=120):
    kinds = {name: bench.cluster(4, **how) for name, how in (("off", {"operated": False}), ("on", {"http": True}))}
    time.sleep(5)
    begin = {name: sum(x.cpu_seconds() for x in nodes) for name, nodes in kinds.items()}
    time.sleep(seconds)
    used = {name: sum(x.cpu_seconds() for x in nodes) - begin[name] for name, nodes in kinds.items()}
    print(f"idle: seconds={seconds} nodes=4 cpu_ms_off={1000 * used['off']:.1f} cpu_ms_on={1000 * used['on']:.1f}", flush=True)


STREAM = b"GET /v1/events HTTP/1.0\r\n\r\n"


def drain(connections):
    """Reads what comes, until the connections are closed."""
    import selectors
    selector = selectors.DefaultSelector()
    for x in connections:
        selector.register(x, selectors.EVENT_READ)
    while selector.get_map():
        for key, _ in selector.select(1):
            with contextlib.suppress(OSError):
                if key.fileobj.recv(65536):
                    continue
            selector.unregister(key.fileobj)


def watched(bench, seconds=60):
    node = bench.node().wait()
    node.verb("add-item", "g", "0", "99", "80")
    streams = [bench.enter_context(node.connect(STREAM)) for _ in range(32)]
    threading.Thread(target=drain, args=(streams,), daemon=True).start()
    time.sleep(3)
    without = node.cpu_seconds()
    time.sleep(seconds)
    begin = node.cpu_seconds()
    without = begin - without
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with node.connect(b"GET /metrics HTTP/1.0\r\n\r\n") as scrape:
            while scrape.recv(65536):
                pass
        time.sleep(1)
    used = node.cpu_seconds() - begin
    print(f"watched: seconds={seconds} streams=32 cpu_percent={100 * without / seconds:.3f} "
          f"with_scrapes_percent={100 * used / seconds:.3f}", flush=True)


def agree(nodes, number):
    """How long it takes until the last node knows a claim of the first."""
    watching = nodes[-1].connect(f"GET /v1/events?group=g HTTP/1.0\r\n\r\n".encode()).makefile("rb")
    while b"reset" not in watching.readline():
        pass
    wanted = f'"start":{number},'.encode()
    begin = time.monotonic()
    nodes[0].verb("add-item", "g", str(number), str(number), "80")
    while wanted not in watching.readline():
        pass
    took = 1000 * (time.monotonic() - begin)
    watching.close()
    return took


def flood(bench, rounds=30):
    nodes = bench.cluster(3)
    for x in nodes:
        x.verb("join", "g")
    time.sleep(2)
    for number in range(5):
        agree(nodes, number)
    calm = [agree(nodes, 100 + x) for x in range(rounds)]
    summary("agree", calm)
    held = [bench.enter_context(nodes[0].connect(STREAM)) for _ in range(16)]
    target = nodes[1]
    before = target.resident_mb()
    held += [bench.enter_context(target.connect(STREAM)) for _ in range(16)]
    threading.Thread(target=drain, args=(list(held),), daemon=True).start()
    for _ in range(1000):
        half = socket.socket(socket.AF_UNIX)
        half.settimeout(0.2)
        with contextlib.suppress(OSError):
            half.connect(target.socket)
            half.sendall(b"GET /v1/gr")
        bench.callback(half.close)
    slow = []
    for _ in range(64):
        connection = socket.create_connection(("127.0.0.1", target.port))
        slow.append(bench.enter_context(connection))
    stop = threading.Event()

    def drip():
        while not stop.wait(0.5):
            for x in slow:
                with contextlib.suppress(OSError):
                    x.send(b"x")

    dripping = threading.Thread(target=drip)
    dripping.start()
    pressed = [agree([nodes[0], nodes[2]], 1000 + x) for x in range(rounds)]
    stop.set()
    dripping.join()
    summary("agree under flood", pressed)
    print(f"flood: ratio={statistics.median(pressed) / statistics.median(calm):.2f} "
          f"resident_mb_before={before:.1f} after={target.resident_mb():.1f}", flush=True)


def ping(bench):
    nodes = bench.cluster(32)
    for x in nodes:
        x.verb("join", "g")
    nodes[0].verb("await", "members", "g", "32", "60")
    time.sleep(5)
    summary("ping all well", [milliseconds(lambda: nodes[0].verb("ping", "g", "--check")) for _ in range(5)])
    for x in nodes[-2:]:
        x.process.send_signal(signal.SIGSTOP)
    took = []
    for _ in range(3):
        answer = []
        took.append(milliseconds(lambda: answer.append(nodes[0].verb("ping", "g", "--json"))))
        group = json.loads(answer[0].stdout)["groups"][0]
        print(f"ping: asked={group['asked']} silent={group['silent']} differ={group['differ']}", flush=True)
    summary("ping with two stopped", took)


def main(names):
    for name in names or ("status", "idle", "watched", "flood", "ping"):
        with Bench() as bench:
            globals()[name](bench)


if __name__ == "__main__":
    main(sys.argv[1:])
