#!/usr/bin/env python3
"""Four processes that serve all keys are killed and started again, or stopped and continued, one after the other, while
a fifth asks them without a pause.

    REPLICA=PROGRAM soak.py [SECONDS]

Prints one line for each event: how many requests failed, of them how many were not answered in time, and within how
many milliseconds after the first failure. There is no failure detector: the claims of dead processes stand meanwhile.
"""

import signal
import sys
import time

from owners_test import Replica

LOAD_SECONDS = 4


def main():
    end = time.monotonic() + (int(sys.argv[1]) if len(sys.argv) > 1 else 300)
    asking = Replica(0)
    serving = [Replica(n, asking.address) for n in range(1, 5)]
    if asking.ask("await 4") != "ok":
        sys.exit("the four processes did not find each other")
    total, worst, turn = [0, 0, 0], 0, 0
    while time.monotonic() < end:
        which, event = turn % 4, ("killed", "stopped", "crashed")[turn // 4 % 3]
        replica = serving[which]
        meanwhile = {"killed": replica.kill,
                     "stopped": lambda: replica.process.send_signal(signal.SIGSTOP),
                     "crashed": lambda: replica.ask("crash")}[event]
        asked, failed, span, overdue = asking.load(LOAD_SECONDS, meanwhile)
        if event == "killed":
            serving[which] = Replica(which + 1, asking.address)
        elif event == "stopped":
            replica.process.send_signal(signal.SIGCONT)
        print(f"{event}: {failed} of {asked} failed, {overdue} of them overdue, within {span} ms", flush=True)
        total = [x + y for x, y in zip(total, (asked, failed, overdue))]
        worst, turn = max(worst, span), turn + 1
    print(f"{turn} events: {total[1]} of {total[0]} requests failed, {total[2]} of them overdue; "
          f"the longest span {worst} ms")
    for replica in serving:
        replica.kill()
    asking.kill()


if __name__ == "__main__":
    main()
