#!/usr/bin/env python3
"""Four processes that serve all keys are killed and started again, or stopped and continued, one after the other, while
a fifth asks them without a pause.

    REPLICA=PROGRAM soak.py [SECONDS [DETECTOR]]

DETECTOR is on, if it is not given, or off: whether the nodes detect failures. Without it the claims of dead processes
stand as before. Prints one line for each event: how many requests failed, of them how many were not answered in time,
and within how many milliseconds after the first failure.

However it ends, also by SIGINT or SIGTERM, it prints the sum of all events and why it ended too early, and ends its
processes: one that stayed stopped would keep the standard error open, and a pipe's reader would wait for ever.
"""

import signal
import sys
import time

from owners_test import Replica

LOAD_SECONDS = 4


class Soak:
    def __init__(self, detector):
        self.detector = detector
        self.total, self.worst, self.turn = [0, 0, 0], 0, 0
        self.all = []

    def start(self, *arguments):
        self.all.append(Replica(*arguments, detector=self.detector))
        return self.all[-1]

    def run(self, seconds):
        end = time.monotonic() + seconds
        asking = self.start(0)
        serving = [self.start(n, asking.address) for n in range(1, 5)]
        if asking.ask("await 4") != "ok":
            raise TimeoutError("the four processes did not find each other")
        while time.monotonic() < end:
            which, event = self.turn % 4, ("killed", "stopped", "crashed")[self.turn // 4 % 3]
            replica = serving[which]
            meanwhile = {"killed": lambda: self.kill(replica),
                         "stopped": lambda: replica.process.send_signal(signal.SIGSTOP),
                         "crashed": lambda: replica.ask("crash")}[event]
            asked, failed, span, overdue = asking.load(LOAD_SECONDS, meanwhile)
            if event == "killed":
                serving[which] = self.start(which + 1, asking.address)
            elif event == "stopped":
                replica.process.send_signal(signal.SIGCONT)
            print(f"{event}: {failed} of {asked} failed, {overdue} of them overdue, within {span} ms", flush=True)
            self.total = [x + y for x, y in zip(self.total, (asked, failed, overdue))]
            self.worst, self.turn = max(self.worst, span), self.turn + 1

    def kill(self, replica):
        self.all.remove(replica)
        replica.kill()

    def end(self):
        for replica in self.all:
            replica.kill()
        asked, failed, overdue = self.total
        print(f"{self.turn} events: {failed} of {asked} requests failed, {overdue} of them overdue; "
              f"the longest span {self.worst} ms", flush=True)


def main(seconds="300", detector="on"):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))
    soak = Soak(detector)
    why = None
    try:
        soak.run(int(seconds))
    except (Exception, KeyboardInterrupt) as error:  # whatever it is, the summary comes first
        why = f"ended too early, in event {soak.turn + 1}: {error!r}"
    finally:
        soak.end()
    sys.exit(why)


if __name__ == "__main__":
    main(*sys.argv[1:])
