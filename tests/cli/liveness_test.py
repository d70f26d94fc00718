#!/usr/bin/env python3
"""Nodes that watch each other: members that are killed, stopped for a while, or end in order."""

from program import SLOWNESS, Test, signal, time, unittest

WATCHING = ("--liveness", "on")
SETTLED_TIME = 15 * SLOWNESS
# A silence would take 2.5 s at least.
REFUSED_TIME = 2 * SLOWNESS
SILENT_TIME = 15 * SLOWNESS
BACK_TIME = 30 * SLOWNESS
LIVE = "scalesmall.live"


class Liveness(Test):
    def watching(self, size, *arguments):
        """Nodes that are in one group, serve a key each, and hold each other for reachable."""
        shells = [self.shell("--port", "0", "--multicast", "off", *WATCHING, *arguments) for _ in range(size)]
        seed = shells[0].id()
        for n, shell in enumerate(shells):
            shell.ask(f"join g {seed}")
            shell.ask(f"add_item g {n} {n} 80")
        for shell in shells:
            shell.ask(f"await members {LIVE} {size} {SETTLED_TIME}")
            shell.ask(f"await topology g add {size} {SETTLED_TIME}")
        for shell in shells:
            self.await_states(shell, {x.id(): "reachable" for x in shells}, SETTLED_TIME)
        return shells

    def states(self, shell):
        return {row["member"]: row["state"] for row in shell.ask("reachability g")["members"]}

    def await_states(self, shell, states, limit):
        end = time.monotonic() + limit
        while (found := self.states(shell)) != states:
            self.assertLess(time.monotonic(), end, f"{found} instead of {states}: {''.join(shell.log)}")
            shell.ask("sleep 0.02")

    def test_a_stopped_one_returns_and_a_killed_one_is_seen_at_once(self):
        shells = self.watching(8)
        states = {x.id(): "reachable" for x in shells}
        killed, stopped = shells[7], shells[6]
        observers = shells[:6]
        killed_id, stopped_id = killed.id(), stopped.id()

        stopped.signal(signal.SIGSTOP)
        for shell in (*observers, killed):
            self.await_states(shell, states | {stopped_id: "unreachable"}, SILENT_TIME)
        stopped.signal(signal.SIGCONT)
        for shell in shells:
            self.await_states(shell, states, BACK_TIME)

        begin = time.monotonic()
        killed.kill()
        for shell in observers:
            self.await_states(shell, states | {killed_id: "unreachable"}, begin + REFUSED_TIME - time.monotonic())
            self.assertEqual(shell.ask("owners g 7"), [])
            self.assertEqual([x["state"] for x in shell.ask("owners g 7 --all")], ["unreachable"])
            self.assertEqual(len(shell.ask("members g")), 8)
            self.assertEqual(len(shell.ask("members g --reachable")), 7)
        # It learns from the others.
        self.await_states(stopped, states | {killed_id: "unreachable"}, SILENT_TIME)

    def test_one_that_ends_is_known_at_once(self):
        first, second = self.watching(2)
        ended = second.id()
        second.ask("quit")
        self.assert_stops(second)
        self.await_states(first, {first.id(): "reachable", ended: "unreachable"}, REFUSED_TIME)
        self.assertEqual(first.ask("owners g 1"), [])
        self.assertIn(ended, first.ask("members g"))

    def test_one_that_leaves_at_its_end(self):
        for number in (None, signal.SIGTERM):
            with self.subTest(number):
                first, second = (self.shell("--port", "0", "--multicast", "off", "--on-stop", "leave") for _ in range(2))
                for group in ("g", "h"):
                    first.ask(f"join {group}")
                    second.ask(f"join {group} {first.id()}")
                    first.ask(f"await members {group} 2")
                if number:
                    second.signal(number)
                else:
                    second.close()
                self.assert_stops(second)
                # It has ended, so the others have acknowledged it.
                for group in ("g", "h"):
                    self.assertEqual(first.ask(f"members {group}"), [first.id()])


if __name__ == "__main__":
    unittest.main()
