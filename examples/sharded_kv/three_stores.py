#!/usr/bin/env python3
"""Three processes of sharded_kv keep each value twice. Values are put and read at all of them. Then, while others read
and write, a fourth one comes, one gives all to the others and ends, and one is killed: no read may fail, and no write
that was answered may be lost.

    three_stores.py PROGRAM
"""

import sys

from stores import Store, expect

NAMES = [f"name{i}" for i in range(100)]


def main():
    all = Store(sys.argv[1], 3, quick=True, slots=16)
    for store in all.stores:
        expect(store.ask("ready"), "ok")
    for i, name in enumerate(NAMES):
        expect(all.stores[i % 3].ask("put", name, f"v{i}"), "ok")
    for store in all.stores:
        for i, name in enumerate(NAMES):
            expect(store.ask("get", name), f"value v{i}")
    expect(all.stores[0].ask("get", "unheard-of"), "nothing")
    print("300 reads of 100 values at three processes")

    all.load(1, 1)
    all.add()
    all.drain()
    all.settle()
    all.kill()
    all.settle()
    counted = all.stop()
    print("one came, one left, one was killed:", counted)
    for what in "failed", "stale", "unanswered", "lost", "uncovered_ms":
        expect((what, counted[what]), (what, 0))
    for store in all.stores:
        for i, name in enumerate(NAMES):
            expect(store.ask("get", name), f"value v{i}")
    all.end()


main()
