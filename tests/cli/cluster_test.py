#!/usr/bin/env python3
"""Three processes on loopback: they find each other through one seed, and see which ranges others serve and which nodes
leave or die."""

from program import SLOWNESS, Test, time, unittest

SEE_TIME = 2 * SLOWNESS


class Cluster(Test):
    def form(self, shells, group):
        """All nodes join through the first one; every node must list all of them in time."""
        seed = shells[0].id()
        members = sorted(shell.id() for shell in shells)
        begin = time.monotonic()
        for shell in shells:
            shell.ask(f"join {group}" + ("" if shell is shells[0] else f" {seed}"))
        for shell in shells:
            shell.ask(f"await members {group} {len(shells)} {SEE_TIME}")
        self.assertLess(time.monotonic() - begin, SEE_TIME)
        for shell in shells:
            self.assertEqual(shell.ask(f"members {group}"), members)
        return members

    def await_everywhere(self, shells, what):
        for shell in shells:
            shell.ask(f"await {what} {SEE_TIME}")

    def life_of_a_group(self, shells):
        members = self.form(shells, "Group1")
        for shell, others in ((s, [t for t in shells if t is not s]) for s in shells):
            self.assertEqual(shell.ask("peers"), sorted(t.id() for t in others))

        item = shells[1].ask("add_item Group1 15 255 11223")
        self.await_everywhere(shells, "topology Group1 add 1")
        for shell in shells:
            self.assertEqual(shell.ask("topology Group1 add"), [item])

        shells[1].ask("leave Group1")
        self.await_everywhere(shells, "members Group1 2")
        gone = shells[1].id()
        for shell in shells:
            self.assertEqual(shell.ask("members Group1"), [m for m in members if m != gone])
            self.assertEqual(shell.ask("topology Group1 add"), [])
            self.assertEqual(shell.ask("groups"), ["Group1"])

    def test_multicast_off(self):
        self.life_of_a_group(self.cluster(3, deaf=(0, 1, 2)))

    def test_multicast_on(self):
        self.life_of_a_group(self.cluster(3))

    def test_multicast_with_one_deaf(self):
        for deaf in range(3):
            self.life_of_a_group(self.cluster(3, deaf=(deaf,)))

    def test_seed_given_as_option(self):
        first = self.shell("--port", "0", "--multicast", "off")
        first.ask("join Group1")
        port = first.id().split(":")[1]
        second = self.shell("--port", "0", "--multicast", "off", "--peers", f"localhost:{port}")
        second.ask(f"await members Group1 1 {5 * SLOWNESS}")
        self.assertEqual(second.ask("my_groups"), [])
        second.ask("join Group1")
        first.ask(f"await members Group1 2 {SEE_TIME}")

    def test_clusters_keep_apart(self):
        ours, theirs = self.cluster(1, "--cluster", "ours")[0], self.cluster(1, "--cluster", "theirs")[0]
        ours.ask("join Group1")
        theirs.ask(f"join Group1 {ours.id()}")
        self.assert_refused("timeout", ours, "await members Group1 2 1")

    def test_killed_and_restarted_without_ghosts(self):
        for multicast in ("off", "on"):
            with self.subTest(multicast):
                deaf = (0, 1, 2) if multicast == "off" else ()
                shells = self.cluster(3, deaf=deaf)
                self.form(shells, "Group1")
                port = shells[2].id().split(":")[1]
                shells[2].ask("add_item Group1 0 99 11223")
                shells[2].ask("add_item Group2 0 99 11223")
                self.await_everywhere(shells, "topology Group2 add 1")
                self.await_everywhere(shells, "topology Group1 add 1")

                shells[2].kill()
                again = self.shell("--port", port, "--multicast", "off")
                again.ask(f"join Group1 {shells[0].id()}")
                again.ask("add_item Group1 100 199 11224")
                alive = [shells[0], shells[1], again]
                for shell in alive:
                    self.await_ranges(shell, "Group1", [(100, 199)])
                    self.await_ranges(shell, "Group2", [])
                    self.assertEqual(shell.ask("members Group2"), [])
                again.ask("await members Group1 3")

    def await_ranges(self, shell, group, expected):
        end = time.monotonic() + 5 * SLOWNESS
        while True:
            ranges = [(x["start"], x["end"]) for x in shell.ask(f"topology {group} add")]
            if ranges == expected:
                return
            self.assertLess(time.monotonic(), end, f"{group} still has {ranges}")
            shell.ask("sleep 0.02")


if __name__ == "__main__":
    unittest.main()
