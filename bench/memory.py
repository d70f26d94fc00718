#!/usr/bin/env python3
"""Measures how the memory of nodes grows that change their claims all the time.

    SCALESMALL=build/release/bin/scalesmall bench/memory.py [MINUTES [NODES [CHANGES A SECOND]]]

Default: 60 minutes, 5 nodes, 100 changes a second over all nodes. Each node adds and removes ranges of its own, 100 of
them in turn, so what there is to know stays the same. Prints the resident memory and the descriptors of all nodes once
a minute, and at the end by how much the memory has grown over the second half: a line fitted to samples of 5 s.
"""

import os
import pathlib
import statistics
import sys
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "cli"))
from program import Test

KEYS = 100
SAMPLE_SECONDS = 5


class Soak(Test):
    def runTest(self):
        pass


def resident_mb(process):
    pages = int(pathlib.Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 2**20


def descriptors(process):
    return len(os.listdir(f"/proc/{process}/fd"))


def change(shells, number):
    """Adds the ranges of all nodes, then removes them, and so on."""
    shell = number % len(shells)
    key = number // len(shells) % KEYS
    add = number // (len(shells) * KEYS) % 2 == 0
    shells[shell].ask(f"{'add_item' if add else 'remove_item'} g {1000 * shell + key} {1000 * shell + key} 80")


def growth_mb_an_hour(samples):
    times, values = zip(*samples)
    return statistics.linear_regression(times, values).slope * 3600


def main(minutes=60, nodes=5, rate=100):
    soak = Soak()
    try:
        shells = soak.cluster(nodes)
        for shell in shells:
            shell.ask(f"join g {shells[0].id()}")
        for shell in shells:
            shell.ask(f"await members g {nodes}")
        processes = [x.process.pid for x in shells]
        samples = [[] for _ in processes]
        begin, number = time.monotonic(), 0
        while (now := time.monotonic() - begin) < 60 * minutes:
            if now >= SAMPLE_SECONDS * len(samples[0]):
                for process, taken in zip(processes, samples):
                    taken.append((now, resident_mb(process)))
                if len(samples[0]) % (60 // SAMPLE_SECONDS) == 1:
                    print(f"minute={now / 60:.0f} changes={number} "
                          f"rss_mb={','.join(f'{x[-1][1]:.2f}' for x in samples)} "
                          f"descriptors={','.join(str(descriptors(x)) for x in processes)}", flush=True)
            change(shells, number)
            number += 1
            time.sleep(max(0, begin + number / rate - time.monotonic()))
        growth = [growth_mb_an_hour(x[len(x) // 2:]) for x in samples]
        print(f"nodes={nodes} changes={number} minutes={minutes} "
              f"rss_growth_mb_an_hour_median={statistics.median(growth):.2f} max={max(growth):.2f}")
    finally:
        soak.doCleanups()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
