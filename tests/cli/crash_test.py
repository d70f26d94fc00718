#!/usr/bin/env python3
"""Actors that throw on a node in use: the tree restarts them without loss of data, or gives up and says why."""

from program import Refused, SLOWNESS, Test, time, unittest

BACK_TIME = 1 * SLOWNESS


class Crash(Test):
    def rows(self, shell):
        return {row["path"]: row for row in shell.ask("tree")}

    def await_back(self, shell, path, restarts):
        end = time.monotonic() + BACK_TIME
        while True:
            row = self.rows(shell).get(path)
            if row and row["state"] == "running" and row["restarts"] > restarts:
                return
            self.assertLess(time.monotonic(), end, f"{path} is not back: {row}")
            shell.ask("sleep 0.01")

    def every_worker(self, deaf):
        shells = self.cluster(3, deaf=deaf)
        victim, others = shells[0], shells[1:]
        for shell in shells:
            shell.ask(f"join Group1 {victim.id()}")
        victim.ask("add_item Group1 0 9 1")
        others[0].ask("add_item Group1 10 19 2")
        for shell in shells:
            shell.ask("await members Group1 3")
            shell.ask("await topology Group1 add 2")
        topology, peers = victim.ask("topology Group1"), victim.ask("peers")

        permanent = [path for path, row in self.rows(victim).items() if row["kind"] == "worker" and
                     not path.startswith(("group_manager/chatter/outgoing/", "group_manager/chatter/incoming/handlers/"))]
        self.assertGreaterEqual(len(permanent), 5)
        for number, path in enumerate(permanent):
            with self.subTest(path):
                restarts = self.rows(victim)[path]["restarts"]
                victim.ask(f"crash {path}")
                self.await_back(victim, path, restarts)
                self.assertEqual(victim.ask("topology Group1"), topology)
                self.assertEqual(victim.ask("peers"), peers)

                start = 1000 + 10 * number
                victim.ask(f"add_item Group1 {start} {start + 9} 3")
                for shell in others:
                    shell.ask(f"await topology Group1 add {3 + number} {2 * SLOWNESS}")
                topology = victim.ask("topology Group1")
                for shell in others:
                    self.assertEqual(shell.ask("topology Group1"), topology)
                victim.ask("sleep 1.8")  # stays below the intensity of 3 restarts in 5 s

    def test_every_worker_with_multicast(self):
        self.every_worker(deaf=())

    def test_every_worker_without_multicast(self):
        self.every_worker(deaf=(0, 1, 2))

    def test_a_command_after_a_crash_succeeds(self):
        for _ in range(10):
            shell = self.shell("--port", "0", "--multicast", "off")
            for number in range(3):
                shell.ask("crash group_manager/topology_db")
                shell.ask(f"add_item Group1 {number} {number} 1")
            shell.close()
            self.assertEqual(shell.wait(), 0)

    def test_handlers_of_connections(self):
        first, second = self.cluster(2, deaf=(0, 1))
        first.ask("join Group1")
        second.ask(f"join Group1 {first.id()}")
        first.ask("await members Group1 2")
        second.ask("await members Group1 2")
        number = crashed = 0
        for shell, other in ((first, second), (second, first)):
            for path in [p for p in self.rows(shell) if p.startswith(
                    ("group_manager/chatter/outgoing/", "group_manager/chatter/incoming/handlers/"))]:
                try:
                    shell.ask(f"crash {path}")
                    crashed += 1
                except Refused as refused:  # a connection may have ended meanwhile
                    self.assertEqual(refused.code, "not_found")
                number += 1
                shell.ask(f"add_item Group1 {number} {number} 1")
                other.ask(f"await topology Group1 add {number} {5 * SLOWNESS}")
        self.assertGreater(crashed, 0)

    def test_escalation_ends_the_program(self):
        shell = self.shell("--port", "0", "--multicast", "off")
        shell.ask("join Group1")
        try:
            for _ in range(20):
                shell.ask("crash group_manager/topology_db")
                shell.ask("sleep 0.05")
            self.fail("the root did not give up")
        except (Refused, EOFError, BrokenPipeError):
            pass
        self.assertEqual(shell.wait(), 1)
        log = "".join(shell.log)
        self.assertIn("gave up", log)
        self.assertIn("topology_db", log)


if __name__ == "__main__":
    unittest.main()
