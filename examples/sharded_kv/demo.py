#!/usr/bin/env python3
"""Processes of sharded_kv come, leave and die while others read and write. One more node draws who serves what.

    demo.py PROGRAM SCALESMALL
"""

import subprocess
import sys
import threading
import time

from stores import Store

DRAW_EACH = 0.3  # seconds


class Drawing:
    """Draws the coverage again and again on a terminal, and after each step elsewhere."""

    def __init__(self, program, peer):
        options = ["--port", "0", "--multicast", "off", "--liveness", "on", "--peers", peer]
        self.shell = subprocess.Popen([program, "shell", *options], text=True, bufsize=1, stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE)
        self.live = sys.stdout.isatty()
        self.lock = threading.Lock()
        self.lines = 0  # of the last drawing
        self.ended = threading.Event()
        while "100.0 %" not in self.coverage()[-1]:  # until this node has heard of all
            time.sleep(0.1)
        self.thread = threading.Thread(target=self.draw_often)
        self.thread.start()

    def coverage(self):
        """The drawing, without the list of ranges."""
        self.shell.stdin.write("coverage kv\nhelp quit\n")
        lines = []
        for line in self.shell.stdout:
            if line.startswith("quit"):
                break
            lines.append(line.rstrip("\n"))
        end = next((i for i, line in enumerate(lines) if "of all keys" in line), len(lines))
        return lines[: end + 1]

    def draw(self):
        with self.lock:
            lines = self.coverage()
            if self.live and self.lines:
                print(f"\033[{self.lines}A\033[J", end="")
            print("\n".join(lines), flush=True)
            self.lines = len(lines)

    def draw_often(self):
        while self.live and not self.ended.wait(DRAW_EACH):
            self.draw()

    def step(self, title, act):
        with self.lock:
            print(f"\n== {title}", flush=True)
            self.lines = 0
        act()
        self.draw()

    def end(self):
        self.ended.set()
        self.thread.join()
        self.shell.stdin.close()
        self.shell.wait(20)


def main():
    program, scalesmall = sys.argv[1:]
    all = Store(program, 3, quick=True, slots=256)
    drawing = Drawing(scalesmall, all.client.address)

    def leave():
        all.drain()
        all.settle()

    def die():
        all.kill()
        all.settle()

    try:
        drawing.step("three processes keep each key twice, while others read and write", lambda: all.load(1, 2))
        drawing.step("a fourth one comes", all.add)
        drawing.step("a fifth one comes", all.add)
        drawing.step("one gives all to the others, and ends", leave)
        drawing.step("one is killed", die)
        counted = all.stop()
    finally:
        drawing.end()
    print()
    print(", ".join(f"{name} {counted[name]:g}" for name in ("reads", "failed", "stale", "writes", "lost", "uncovered_ms")))
    all.end()


main()
