#!/usr/bin/env python3
"""Measures with real processes how long it takes until all others hold a member for unreachable.

    SCALESMALL=build/release/bin/scalesmall bench/liveness.py kill|stop|quit|pause|loop|half|starve|idle NODES ROUNDS

All rounds are with one cluster.

kill: SIGKILL of one after the other. quit: the command of its shell. A new process with its port follows. Prints
median and greatest time in seconds until the last of the others holds the member for unreachable. `owners` names it
nowhere then.

stop: SIGSTOP of one after the other for ten seconds, then SIGCONT. The second line is the time of the return.

pause: SIGSTOP for exactly two seconds. loop: SIGKILL, and a new process with the same port at once. Prints how often another node held the member for unreachable; of loop also how long a node was away, and
how many rows and statements the group of the failure detector has at the end.

half: SIGSTOP of half of the nodes for ten seconds, then SIGCONT together. Prints the time until every node holds all
for reachable, and how often one that was stopped held one that was not for unreachable.

starve: a quarter of the nodes runs for 1 ms of every 100 ms; a round is a second. Prints how often one of the others
held another of them for unreachable, and how often one of the quarter.

idle: the processor time that a node takes with the failure detector and without it; a round is a second.
"""

import datetime
import pathlib
import statistics
import sys
import threading

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "cli"))
from liveness_test import BACK_TIME, LIVE, SETTLED_TIME, SILENT_TIME, WATCHING, Liveness, signal, time
from program import free_port


def told_at(line):
    """When a line of the log was written, in seconds since 1970."""
    return datetime.datetime.fromisoformat(" ".join(line.split()[:2])).timestamp()


class Measurement(Liveness):
    def runTest(self):
        pass

    def last_time(self, shells, states, limit):
        begin = time.monotonic()
        for shell in shells:
            self.await_states(shell, states, limit)
        return time.monotonic() - begin

    def last_hidden(self, shells, member, begin, limit):
        """How long after `begin` the last of them held the member for unreachable. They are asked seldom, and say since when."""
        end = begin + limit
        times = {}
        while len(times) < len(shells):
            self.assertLess(time.monotonic(), end, f"{len(times)} of {len(shells)} hold {member} for unreachable")
            time.sleep(0.3)
            for shell in (x for x in shells if x not in times):
                row, = (x for x in shell.ask("reachability g")["members"] if x["member"] == member)
                if row["state"] == "unreachable":
                    times[shell] = time.monotonic() - row["seconds"]
        return max(times.values()) - begin

    def last_told(self, shells, text, begin, limit):
        """How long after `begin`, in seconds since 1970, the log of the last of them said this."""
        end = time.monotonic() + limit
        while True:
            told = [[x for x in map(told_at, filter(lambda line: text in line, shell.log)) if x >= begin] for shell in shells]
            if all(told):
                return max(min(x) for x in told) - begin
            self.assertLess(time.monotonic(), end, f"{sum(map(bool, told))} of {len(told)} nodes say {text!r}")
            time.sleep(0.05)

    def rounds_with(self, how, nodes, rounds):
        shells = self.watching(nodes, "--log-level", "info")
        gone = []
        back = []
        for n in range(rounds):
            time.sleep(5)  # a node states nobody in its first three ticks
            at = 1 + n % (nodes - 1)
            victim = shells[at]
            others = [x for x in shells if x is not victim]
            name = victim.id()
            begin = time.monotonic()
            if how == "quit":
                victim.send("quit")
            else:
                victim.signal(signal.SIGSTOP if how == "stop" else signal.SIGKILL)
            gone.append(self.last_hidden(others, name, begin, SILENT_TIME))
            for shell in others:
                self.assertEqual(shell.ask(f"owners g {at}"), [])
            if how == "stop":
                time.sleep(max(0, begin + 10 - time.monotonic()))
                begin = time.time()
                victim.signal(signal.SIGCONT)
                back.append(self.last_told(others, f"{name} is reachable again", begin, BACK_TIME))
                continue
            self.assertEqual(victim.wait(), 0 if how == "quit" else -signal.SIGKILL)
            shells[at] = self.shell("--port", name.rpartition(":")[2], "--multicast", "off", *WATCHING, "--log-level", "info")
            shells[at].ask(f"join g {shells[0].id()}")
            shells[at].ask(f"add_item g {at} {at} 80")
            self.await_states(shells[0], {x.id(): "reachable" for x in shells}, BACK_TIME)
        for times in filter(None, (gone, back)):
            print(f"median {statistics.median(times):.3f} s, max {max(times):.3f} s")

    def verdicts(self, shells, members=()):
        """How often one of the shells held a member, or one of these, for unreachable."""
        told = [line for x in shells for line in x.log if "is unreachable:" in line]
        return len(told) if not members else sum(any(f"{x} is" in line for x in members) for line in told)

    def pause(self, nodes, rounds):
        *others, victim = self.watching(nodes, "--log-level", "info")
        time.sleep(5)
        for _ in range(rounds):
            victim.signal(signal.SIGSTOP)
            time.sleep(2)
            victim.signal(signal.SIGCONT)
            time.sleep(3)
        print(f"{self.verdicts(others)} verdicts in {rounds} pauses; by the one that paused: {self.verdicts([victim])}")

    def half(self, nodes, rounds):
        shells = self.watching(nodes, "--log-level", "info")
        reachable = {x.id(): "reachable" for x in shells}
        well, stopped = shells[:nodes // 2], shells[nodes // 2:]
        times = []
        for _ in range(rounds):
            time.sleep(5)
            for number, seconds in ((signal.SIGSTOP, 10), (signal.SIGCONT, 0)):
                for shell in stopped:
                    shell.signal(number)
                time.sleep(seconds)
            times.append(self.last_time(shells, reachable, 100))
        by_stopped = self.verdicts(stopped, [x.id() for x in well])
        print(f"complete: median {statistics.median(times):.2f} s, max {max(times):.2f} s; {by_stopped} verdicts of "
              f"the stopped on others")

    def starve(self, nodes, rounds):
        shells = self.watching(nodes, "--log-level", "info")
        ids = [x.id() for x in shells]
        well, starved = shells[nodes // 4:], shells[:nodes // 4]
        end = time.monotonic() + rounds

        def starve(shell):
            while time.monotonic() < end:
                shell.signal(signal.SIGSTOP)
                time.sleep(0.099)
                shell.signal(signal.SIGCONT)
                time.sleep(0.001)

        threads = [threading.Thread(target=starve, args=(x,)) for x in starved]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(f"verdicts of healthy nodes: {self.verdicts(well, ids[nodes // 4:])} on healthy ones, "
              f"{self.verdicts(well, ids[:nodes // 4])} on starved ones")

    def idle(self, nodes, rounds):
        for words in (("--liveness", "off"), WATCHING):
            shells = [self.shell("--port", "0", "--multicast", "off", *words) for _ in range(nodes)]
            for shell in shells:
                shell.ask(f"join g {shells[0].id()}")
            for shell in shells:
                shell.ask(f"await members g {nodes} {SETTLED_TIME}")
            time.sleep(10)
            before = sum(self.processor_time(x) for x in shells)
            time.sleep(rounds)
            took = sum(self.processor_time(x) for x in shells) - before
            print(f"{' '.join(words)}: {1000 * took / nodes / rounds:.2f} ms per node and second")
            self.doCleanups()

    def processor_time(self, shell):
        """Of all its threads, in seconds, as the scheduler counts: by the times of /proc/PID/stat nothing this short can be told."""
        threads = pathlib.Path(f"/proc/{shell.process.pid}/task").iterdir()
        return sum(int((thread / "schedstat").read_text(encoding="ascii").split()[0]) for thread in threads) / 1e9

    def loop(self, nodes, rounds):
        others = self.watching(nodes - 1, "--log-level", "info")
        seed = others[0].id()
        port = str(free_port())
        away = []
        victim = None
        for _ in range(rounds + 1):
            begin = time.monotonic()
            if victim:
                victim.kill()
            victim = self.shell("--port", port, "--multicast", "off", *WATCHING)
            victim.ask(f"join g {seed}")
            if victim.ask(f"await members {LIVE} {nodes}"):
                away.append(time.monotonic() - begin)
        self.await_states(others[0], {x.id(): "reachable" for x in (*others, victim)}, BACK_TIME)
        rows = len(others[0].ask(f"members {LIVE}"))
        statements = len(others[0].ask(f"topology {LIVE} add"))
        print(f"{self.verdicts(others)} verdicts in {rounds} restarts; {rows} rows, {statements} statements; "
              f"away: median {statistics.median(away):.2f} s, max {max(away):.2f} s")


def main(how, nodes, rounds):
    measurement = Measurement()
    try:
        if how in ("pause", "loop", "half", "starve", "idle"):
            return getattr(measurement, how)(nodes, rounds)
        measurement.rounds_with(how, nodes, rounds)
    finally:
        measurement.doCleanups()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
