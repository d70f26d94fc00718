#!/usr/bin/env python3
"""live_demo.py PROGRAM [SECONDS]: three nodes on this machine that change for a minute, to be watched on the page of the
first one. They serve keys, overlap, leave gaps, lose actors, stand still and leave."""

import contextlib
import os
import pathlib
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import time
import webbrowser

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "contrib/python"))
from scalesmall_client import Node, Refused  # noqa: E402

START_LIMIT = 30  # seconds


class Member:
    """A node and its process."""

    def __init__(self, program, directory, name, port, *arguments):
        self.name, self.port = name, port
        path = f"{directory}/{name}.sock"
        self.log = open(f"{directory}/{name}.log", "w+", encoding="utf-8")
        self.process = subprocess.Popen([program, "node", "--port", "0", "--multicast", "off", "--liveness", "on", "--control", path,
                                         *arguments], stderr=self.log, stdin=subprocess.DEVNULL, start_new_session=True)
        self.node = Node(path)
        end = time.monotonic() + START_LIMIT
        while True:
            with contextlib.suppress(OSError):
                self.id = self.node.get("/v1/id")
                return
            if self.process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"live_demo: {name} did not start:\n{self.logged()}")
            time.sleep(0.02)

    def logged(self):
        self.log.seek(0)
        return self.log.read()

    def serve(self, first, last, group="users"):
        self.node.put(f"/v1/groups/{group}/me/ranges/{first}-{last}", port=self.port)

    def give_up(self, first, last, group="users"):
        self.node.delete(f"/v1/groups/{group}/me/ranges/{first}-{last}", port=self.port)

    def serve_stripes(self, place, of, group="orders"):
        width = 2**32 // (64 * of)
        ranges = [f"{(i * of + place) * width}..{(i * of + place + 1) * width - 1}" for i in range(64)]
        self.node.put(f"/v1/groups/{group}/me/ranges", port=self.port, ranges=ranges)

    def crash(self, *paths):
        for path in paths:
            self.node.post("/v1/tree/crash", path="group_manager/" + path)

    def end(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        self.process.wait()
        self.log.close()


def steps(a, b, c):
    """What happens, by the second."""
    return [
        (4, "b serves keys of c, too: an overlap", lambda: b.serve(0xa0000000, 0xcfffffff)),
        (8, "c gives these keys up", lambda: (c.give_up(0xa0000000, 0xffffffff), c.serve(0xd0000000, 0xffffffff))),
        (11, "an actor of a crashes, and its supervisor starts it again", lambda: a.crash("chatter/peer_db")),
        (14, "a gives up half of its keys: a gap", lambda: (a.give_up(0, 0x3fffffff), a.serve(0, 0x1fffffff))),
        (18, "c takes them: the gap closes", lambda: c.serve(0x20000000, 0x3fffffff)),
        (21, "c stands still: the others see that it cannot be reached", lambda: c.process.send_signal(signal.SIGSTOP)),
        (32, "c goes on", lambda: c.process.send_signal(signal.SIGCONT)),
        (36, "two actors of a crash", lambda: a.crash("topology_db", "receiver")),
        (40, "b leaves the group", lambda: b.node.delete("/v1/groups/users/me")),
        (46, "b is back, with all that nobody serves", lambda: b.serve(0x40000000, 0xcfffffff)),
        (50, "in the group orders all three serve many small ranges",
         lambda: [x.serve_stripes(i, 3) for i, x in enumerate((a, b, c))]),
        (56, "an actor crashes again", lambda: a.crash("chatter/broadcaster")),
    ]


def open_browser(url):
    """Only where there is a screen: a browser in the terminal would be in the way."""
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform == "darwin":
        webbrowser.open(url)


def main():
    program, seconds = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 60
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with contextlib.ExitStack() as ends:
        directory = ends.enter_context(tempfile.TemporaryDirectory())
        token = secrets.token_hex(16)
        with open(f"{directory}/token", "w", opener=lambda name, flags: os.open(name, flags, 0o600), encoding="ascii") as file:
            file.write(token)

        def member(*how):
            made = Member(program, directory, *how)
            ends.callback(made.end)
            return made

        a = member("a", 8080, "--http", "0", "--http-token-file", f"{directory}/token")
        b, c = member("b", 8081, "--peers", a.id), member("c", 8082, "--peers", a.id)
        a.serve(0, 0x3fffffff)
        b.serve(0x40000000, 0x9fffffff)
        c.serve(0xa0000000, 0xffffffff)
        url = f"http://{re.search(r'HTTP on (.*:[0-9]+)', a.logged())[1]}/#token={token}"
        print(f"the page of node a, with buttons that crash its actors:\n\n    {url}\n", flush=True)
        open_browser(url)
        begin = time.monotonic()
        try:
            for at, words, step in steps(a, b, c):
                if at > seconds:
                    break
                time.sleep(max(0, begin + at - time.monotonic()))
                print(f"{at:4} s  {words}", flush=True)
                step()
            time.sleep(max(0, begin + seconds - time.monotonic()))
            print("the minute is over; the nodes stop", flush=True)
        except KeyboardInterrupt:
            print("\nthe nodes stop", flush=True)
        except Refused as error:
            raise SystemExit(f"live_demo: a node refused: {error}") from error


if __name__ == "__main__":
    main()
