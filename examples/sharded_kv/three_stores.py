#!/usr/bin/env python3
"""Three processes of sharded_kv serve a third of the keys each. Values are put and read at all of them; then one hands
its third to another and ends, while the others go on reading: no read may fail.

    three_stores.py PROGRAM
"""

import subprocess
import sys
import threading

NAMES = [f"name{i}" for i in range(100)]


class Store:
    def __init__(self, program, first, last, *seed):
        self.process = subprocess.Popen([program, hex(first), hex(last), *seed], text=True, bufsize=1,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.address = self.process.stdout.readline().strip()

    def ask(self, *words):
        self.process.stdin.write(" ".join(words) + "\n")
        return self.process.stdout.readline().strip()

    def end(self):
        self.process.stdin.close()
        return self.process.wait(10)


def expect(answer, wanted):
    if answer != wanted:
        sys.exit(f"expected {wanted!r}, got {answer!r}")


def main():
    program, third = sys.argv[1], 2**32 // 3
    stores = [Store(program, 0, third)]
    stores.append(Store(program, third + 1, 2 * third, stores[0].address))
    stores.append(Store(program, 2 * third + 1, 2**32 - 1, stores[0].address))
    for store in stores:
        expect(store.ask("ready"), "ok")
    for i, name in enumerate(NAMES):
        expect(stores[i % 3].ask("put", name, f"v{i}"), "ok")
    for store in stores:
        for i, name in enumerate(NAMES):
            expect(store.ask("get", name), f"value v{i}")
    expect(stores[0].ask("get", "unheard-of"), "nothing")
    print("300 reads of 100 values at three processes")

    leaving, stop, reads, failed = stores.pop(), threading.Event(), [0, 0], []

    def read(which):
        while not stop.is_set() and not failed:
            i = reads[which] % len(NAMES)
            answer = stores[which].ask("get", NAMES[i])
            if answer != f"value v{i}":
                failed.append((NAMES[i], answer))
            reads[which] += 1

    readers = [threading.Thread(target=read, args=(which,)) for which in range(2)]
    for reader in readers:
        reader.start()
    expect(leaving.ask("leave", NAMES[0]), "ok")  # its key is 0x3817c89e, of the first third
    leaving.end()
    before = sum(reads)
    while sum(reads) < before + 200 and not failed:
        stop.wait(0.01)
    stop.set()
    for reader in readers:
        reader.join()
    if failed:
        sys.exit(f"a read failed: {failed[0]}")
    print("one has left; no read failed meanwhile")
    for store in stores:
        expect(str(store.end()), "0")


main()
