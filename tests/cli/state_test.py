#!/usr/bin/env python3
"""State directories: what a node was asked to keep is there after any end, and a directory keeps no node from starting."""

import os
import pathlib
import random
import shutil
import sys
import tempfile
import threading

from program import ANSWER_TIME, SLOWNESS, Test, run, time, unittest

# A run for a person: SCALESMALL_KILL_ROUNDS=100 SCALESMALL_KILL_CHANGES=1000.
ROUNDS = int(os.environ.get("SCALESMALL_KILL_ROUNDS", "3"))
CHANGES = int(os.environ.get("SCALESMALL_KILL_CHANGES", "60"))
NODES = 8
FOUND_SECONDS_MAX = 2 * SLOWNESS
DOWN_SECONDS = 3 * SLOWNESS


def own_address(number=0):
    """An address of the loopback network where no other process listens, so that its ports stay free."""
    return f"127.{80 + number}.{os.getpid() >> 8 & 255}.{os.getpid() & 255 | 1}"


class State(Test):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="scalesmall-state-"))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)

    def node(self, number=0, directory=None, arguments=()):
        return self.shell("--address", own_address(number), "--port", "29999", "--multicast", "off", "--state",
                          str(directory or self.root / str(number)), *arguments)

    def served(self, shell, group="g"):
        return {x["start"]: x["port"] for x in shell.ask(f"topology {group} add")}

    def await_file(self, path, holds):
        end = time.monotonic() + ANSWER_TIME
        while not path.exists() or not all(x in path.read_text() for x in holds):
            self.assertLess(time.monotonic(), end, f"{path} does not hold {holds}")
            time.sleep(0.02)

    def test_what_was_answered_is_there_after_a_kill(self):
        random.seed(1)
        kept, answered, longest = {}, 0, 0.0
        for _ in range(ROUNDS):
            shell = self.node()
            before = wanted = kept
            killer = threading.Timer(random.uniform(0, CHANGES * 0.008), shell.process.kill)
            killer.start()
            for _ in range(CHANGES):
                remove = kept and random.random() < 0.4
                key = random.choice(list(kept)) if remove else random.randrange(1000)
                wanted = dict(kept)
                if remove:
                    line = f"remove_item g {key} {key} {wanted.pop(key)}"
                else:
                    wanted[key] = random.randrange(1, 65535)
                    line = f"add_item g {key} {key} {wanted[key]} --keep"
                begin = time.monotonic()
                try:
                    shell.ask(line)
                except (EOFError, BrokenPipeError):
                    before = kept  # this one or `wanted` is there
                    break
                longest = max(longest, time.monotonic() - begin)
                answered += 1
                kept = before = wanted
            killer.cancel()
            shell.kill()
            shell = self.node()
            there = self.served(shell)
            self.assertIn(there, (before, wanted))
            kept = there
            shell.kill()
        if ROUNDS > 3:
            print(f"{ROUNDS} kills, {answered} changes answered, the slowest after {longest * 1000:.0f} ms, {len(kept)} left")

    def test_a_cluster_that_was_killed_finds_itself_by_its_state(self):
        shells = [self.node(0)] + [self.node(n, arguments=("--peers", f"{own_address(0)}:29999")) for n in range(1, NODES)]
        for number, shell in enumerate(shells):
            shell.ask(f"add_item g {number} {number} 80 --keep")
        for number, shell in enumerate(shells):
            shell.ask(f"await topology g add {NODES}")
            others = [f"{own_address(n)}:29999\n" for n in range(NODES) if n != number]
            self.await_file(self.root / str(number) / "peers", others[:1])
        for shell in shells:
            shell.kill()
        begin = time.monotonic()
        shells = [self.node(n) for n in range(NODES)]
        for shell in shells:
            shell.ask(f"await topology g add {NODES}")
        took = time.monotonic() - begin
        print(f"{NODES} nodes found each other and their claims after {took:.2f} s", file=sys.stderr)
        self.assertLess(took, FOUND_SECONDS_MAX)

    def test_nodes_that_stay_see_no_hole_in_any_kept_group_while_another_starts_again(self):
        seed = ("--peers", f"{own_address(1)}:29999")
        groups = ("g", "h", "i")
        watchers = [self.node(1)] + [self.node(n, arguments=seed) for n in (2, 3)]
        first = self.node(0, arguments=seed)
        for group in groups:
            first.ask(f"add_items {group} 80 0..9 10..19 20..29 --keep")
        for watcher in watchers:
            for group in groups:
                watcher.ask(f"await topology {group} add 3")
        incarnation = watchers[0].ask("topology g add")[0]["incarnation"]
        for watcher, group in zip(watchers, groups):
            watcher.send(f"watch {group} {1 * SLOWNESS}")
        first.kill()
        again = self.node(0, arguments=seed)
        self.assertEqual(len(again.ask("topology g add")), 3)
        for watcher in watchers:
            self.assertNotIn("range_removed", [x["event"] for x in watcher.answer()])
        for watcher in watchers:
            for group in groups:
                watcher.ask(f"await topology {group} add 3")
                self.assertGreater(watcher.ask(f"topology {group} add")[0]["incarnation"], incarnation)

    def test_a_node_that_stays_misses_a_kept_range_no_longer_than_the_process_was_down(self):
        """The others detect failures, so they pass over the owner as soon as they find it gone."""
        seed = ("--peers", f"{own_address(1)}:29999")
        first, *stay = [self.node(n, arguments=seed) for n in (0, 1, 2, 3)]
        first.ask("add_item g 0 9 80 --keep")
        for shell in (first, *stay):
            shell.ask(f"await members scalesmall.live 4 {15 * SLOWNESS}")
        for shell in stay:
            shell.ask("await topology g add 1")
        owned, over = [], threading.Event()

        def look():
            while not over.is_set():
                owned.append((time.monotonic(), bool(stay[2].ask("owners g 5"))))
                time.sleep(0.01)

        for down in (0, DOWN_SECONDS):
            owned.clear()
            over.clear()
            looking = threading.Thread(target=look)
            looking.start()
            killed = time.monotonic()
            first.kill()
            time.sleep(down)
            first = self.node(0, arguments=seed)
            first.id()
            was_down = time.monotonic() - killed
            stay[1].ask("await topology g add 1")
            time.sleep(2 * SLOWNESS)
            over.set()
            looking.join()
            missing = [at for at, is_owned in owned if not is_owned]
            uncovered = max(missing) - min(missing) if missing else 0
            print(f"down for {was_down:.2f} s, uncovered for {uncovered:.2f} s", file=sys.stderr)
            self.assertTrue(owned[-1][1])
            self.assertLess(uncovered, was_down)
            if down:
                self.assertGreater(uncovered, 0, "nobody noticed that the owner was gone")

    def test_a_lease_ends_with_the_process(self):
        first = self.node(0)
        first.ask("add_item g 0 9 80 --keep")
        first.ask("add_item g 10 19 80 --ttl-s 3600")
        self.assertEqual(self.served(first), {0: 80, 10: 80})
        first.kill()
        self.assertEqual(self.served(self.node(0)), {0: 80})

    def test_a_copy_at_another_address_claims_nothing(self):
        first = self.node(0)
        first.ask("add_item g 0 9 80 --keep")
        first.kill()
        shutil.copytree(self.root / "0", self.root / "1")
        copy = self.node(1)
        self.assertEqual(copy.ask("groups"), [])
        self.assertEqual(len(list((self.root / "1").glob("self.bad-*"))), 1)
        copy.close()
        self.assertEqual(copy.wait(), 0)
        self.assertIn(f"the file self is of the node {own_address(0)}:29999; the claims in it are not made",
                      "".join(copy.log))
        self.assertEqual(self.served(self.node(0)), {0: 80})

    def test_a_second_process_is_refused_in_one_sentence(self):
        self.node(0).id()
        second = run("node", "--address", own_address(1), "--multicast", "off", "--state", str(self.root / "0"))
        self.assertEqual(second.returncode, 2)
        self.assertEqual(second.stderr.splitlines(), [
            f'scalesmall: --state: the state directory "{self.root / "0"}" is in use by another node, each node needs one '
            "of its own"])

    def test_a_node_starts_where_nothing_can_be_written(self):
        directory = self.root / "0"
        first = self.node(0)
        first.ask("add_item g 0 9 80 --keep")
        first.kill()
        if os.geteuid() == 0:  # may write everywhere
            (directory / "self.new").mkdir()
        directory.chmod(0o500)
        self.addCleanup(directory.chmod, 0o700)
        shell = self.node(0)
        self.assertEqual(self.served(shell), {0: 80})
        self.assert_refused("not_kept", shell, "add_item g 10 19 80 --keep")
        self.assertEqual(self.served(shell), {0: 80, 10: 80})
        shell.ask("add_item g 20 29 80")
        shell.close()
        self.assertEqual(shell.wait(), 1)  # a command failed
        self.assertIn("nothing can be kept in", "".join(shell.log))

    def test_a_node_starts_with_any_file(self):
        for text in (b"", b"scalesmall state 1\n", b"\0" * 500, random.randbytes(500)):
            directory = self.root / "0"
            directory.mkdir(exist_ok=True)
            (directory / "self").write_bytes(text)
            (directory / "peers").write_bytes(text)
            shell = self.node(0)
            shell.ask("add_item g 0 9 80 --keep")
            self.assertEqual(self.served(shell), {0: 80})
            shell.kill()

    def test_without_a_directory_keep_is_refused(self):
        shell = self.shell("--port", "0", "--multicast", "off", "--item", "users 0..99 11223")
        self.assert_refused("invalid_argument", shell, "add_item g 0 9 80 --keep")
        self.assertEqual(shell.ask("groups"), ["users"])
        self.assertEqual(self.served(shell, "users"), {0: 11223})

    def test_a_service_of_the_configuration_begins_with_each_start(self):
        for _ in range(2):
            shell = self.shell("--port", "0", "--multicast", "off", "--liveness", "on",
                               "--serve", "users 8080 --capacity 2 --slots 16")
            shell.ask(f"await members users 1 {10 * SLOWNESS}")
            self.assert_refused("not_found", shell, "drain others 0.1")
            self.assertEqual(shell.ask("drain users 0.1"), "ok")
            shell.kill()


if __name__ == "__main__":
    unittest.main()
