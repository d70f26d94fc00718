#!/usr/bin/env python3
"""Measures with real processes how long it takes until all others hold a member for unreachable.

    SCALESMALL=build/release/bin/scalesmall tests/cli/measure_liveness.py kill|stop|quit NODES ROUNDS

kill: SIGKILL. stop: SIGSTOP, then SIGCONT; the second line is the time of the return. quit: the command of the shell.
Each round has a cluster of its own. Prints median and greatest time in seconds from the signal to the last node.
"""

import statistics
import sys

from liveness_test import BACK_TIME, SILENT_TIME, Liveness, signal, time


class Measurement(Liveness):
    def runTest(self):
        pass

    def last_time(self, shells, states, limit):
        begin = time.monotonic()
        for shell in shells:
            self.await_states(shell, states, limit)
        return time.monotonic() - begin

    def round(self, how, nodes):
        shells = self.watching(nodes)
        reachable = {x.id(): "reachable" for x in shells}
        *others, victim = shells
        gone = reachable | {victim.id(): "unreachable"}
        # A node states nobody in its first three seconds.
        time.sleep(3)
        if how == "quit":
            victim.send("quit")
        else:
            victim.signal(signal.SIGKILL if how == "kill" else signal.SIGSTOP)
        times = [self.last_time(others, gone, SILENT_TIME)]
        if how == "stop":
            victim.signal(signal.SIGCONT)
            times.append(self.last_time(others, reachable, BACK_TIME))
        self.doCleanups()
        return times


def main(how, nodes, rounds):
    measurement = Measurement()
    try:
        for times in zip(*(measurement.round(how, nodes) for _ in range(rounds))):
            print(f"median {statistics.median(times):.2f} s, max {max(times):.2f} s")
    finally:
        measurement.doCleanups()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
