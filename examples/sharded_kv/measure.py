#!/usr/bin/env python3
"""What becomes of readers and writers while processes of sharded_kv come, go, die and stand still. It prints what was
counted; docs/assignment.md has the figures. It takes minutes.

    measure.py PROGRAM grow [COUNT]       from one process to COUNT (10) and back to one
    measure.py PROGRAM rolling [COUNT]    each of COUNT processes leaves, and a new one comes
    measure.py PROGRAM restart [COUNT]    each of COUNT processes is killed, and starts again in place
    measure.py PROGRAM undrained [COUNT]  each of COUNT processes ends in order without a drain, and starts again in place
    measure.py PROGRAM kill REPLICAS      of ten with one replica three are killed, 5 s after each other; with more, two,
                                          the second one when all is as planned again
    measure.py PROGRAM deaths [ROUNDS]    one of ten with one replica is killed, and starts again in place, 25 times
    measure.py PROGRAM flap [ROUNDS]      one of five is up for 5 s and down for 5 s, 100 times
    measure.py PROGRAM stop REPLICAS      one of five stands still for a minute
"""

import signal
import sys
import threading
import time

from stores import Store, expect


def show(counted):
    print(", ".join(f"{name} {value:g}" for name, value in counted.items()), flush=True)


def most(times):
    return f"at most {max(times):.1f} s"


def grow(program, count="10"):
    all = Store(program, 1)
    all.load(2, 2)
    came = [all.add() for _ in range(int(count) - 1)]
    print(f"grown to {count}: settled after {most(came)}", flush=True)
    left = []
    while len(all.stores) > 1:
        left.append(all.drain())
        all.settle()
    print(f"shrunk to 1: drained after {most(left)}", flush=True)
    show(all.stop())
    all.end()


def rolling(program, count="10"):
    all = Store(program, int(count))
    all.load(2, 2)
    for _ in range(int(count)):
        all.drain()
        all.add()
    show(all.stop())
    all.end()


def restart(program, count="10", end=lambda store: store.signal(signal.SIGKILL)):
    all = Store(program, int(count))
    all.load(2, 2)
    moved = 0
    for i in range(int(count)):
        before = all.loads(i)
        end(all.stores[i])
        all.start_again(i)
        all.settle(all.stores[i])
        all.settle()
        moved += all.loads(i) - before
    print(f"ranges that others loaded meanwhile: {moved}")
    show(all.stop())
    all.end()


def undrained(program, count="10"):
    restart(program, count, lambda store: expect(store.end(), 0))


def kill(program, replicas):
    all = Store(program, 10, replicas=int(replicas))
    all.load(2, 2)
    for _ in range(3 if replicas == "1" else 2):
        time.sleep(5)
        all.kill(1)
        if replicas != "1":
            all.settle()
    time.sleep(5)
    show(all.stop())
    all.end()


def deaths(program, rounds="25"):
    all = Store(program, 10, replicas=1)
    all.load(0, 0)
    times = []
    for i in range(int(rounds)):
        before = all.uncovered()
        all.stores[i % 10].signal(signal.SIGKILL)
        time.sleep(5)
        times.append(all.uncovered() - before)
        print(f"uncovered {times[-1]:.0f} ms", flush=True)
        all.start_again(i % 10)
        all.settle(all.stores[i % 10])
        all.settle()
    times.sort()
    print(f"least {times[0]:.0f}, median {times[len(times) // 2]:.0f}, most {times[-1]:.0f} ms")
    show(all.stop())
    all.end()


def flap(program, rounds="100"):
    all = Store(program, 5)
    all.load(1, 1)
    had = int(all.stores[0].ask("loads"))
    before = all.loads(0)
    own = 0
    for _ in range(int(rounds)):
        all.stores[0].signal(signal.SIGKILL)
        time.sleep(5)
        all.start_again(0)
        time.sleep(5)
        own += int(all.stores[0].ask("loads"))
    print(f"it had {had} ranges; the others loaded {all.loads(0) - before}, and it {own}")
    all.settle()
    print(f"when it stays: the others loaded {all.loads(0) - before} in all, and it {all.stores[0].ask('loads')}")
    show(all.stop())
    all.end()


def stop(program, replicas):
    all = Store(program, 5, replicas=int(replicas))
    all.load(2, 2)
    time.sleep(5)
    stopped = all.stores[1]
    probed = []
    prober = threading.Thread(target=lambda: probed.append(all.client.ask("probe", stopped.address, 65)))
    prober.start()
    time.sleep(2)
    stopped.signal(signal.SIGSTOP)
    time.sleep(60)
    goes_on = time.time()
    stopped.signal(signal.SIGCONT)
    prober.join()
    lost = stopped.losses()
    print(f"asked directly: {probed[0]}")
    if lost:
        print(f"lost {len(lost)} ranges, {1000 * (lost[0] - goes_on):.0f} to {1000 * (lost[-1] - goes_on):.0f} ms after")
    # With another process that stood still, or was hidden, names may have had no owner left.
    print("others lost", sum(len(x.losses()) for x in all.stores if x is not stopped), "ranges")
    all.settle()
    show(all.stop())
    all.end()


MEASURES = {f.__name__: f for f in (grow, rolling, restart, undrained, kill, deaths, flap, stop)}

if __name__ == "__main__":
    MEASURES[sys.argv[2]](sys.argv[1], *sys.argv[3:])
