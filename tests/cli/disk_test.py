#!/usr/bin/env python3
"""State directories on a disk that has only what was synced when the power fails, that is full, or that fails."""

import hashlib
import os
import pathlib
import random
import shutil
import tempfile
import threading

from program import Test, time, unittest

# A run for a person: SCALESMALL_KILL_ROUNDS=100 SCALESMALL_KILL_CHANGES=1000.
ROUNDS = int(os.environ.get("SCALESMALL_KILL_ROUNDS", "2"))
CHANGES = int(os.environ.get("SCALESMALL_KILL_CHANGES", "40"))
PEERS = 20_000


def own_address():
    """An address of the loopback network where no other process listens, so that its ports stay free."""
    return f"127.79.{os.getpid() >> 8 & 255}.{os.getpid() & 255 | 1}"


class Disk(Test):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="scalesmall-disk-")).resolve()
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.state, self.disk, self.fault = self.root / "state", self.root / "disk", self.root / "fault"
        self.disk.mkdir()

    def node(self, *arguments):
        variables = {"LD_PRELOAD": os.environ["SCALESMALL_POWER_CUT"], "POWER_CUT_OF": str(self.state),
                     "POWER_CUT_DISK": str(self.disk), "POWER_CUT_FAULT": str(self.fault)}
        return self.shell("--address", own_address(), "--port", "29999", "--multicast", "off", "--state", str(self.state),
                          *arguments, variables=variables)

    def cut_power(self, shell):
        """The process ends, and its directory is what the disk has."""
        shell.kill()
        shutil.rmtree(self.state)
        if (self.disk / "now").is_symlink():
            shutil.copytree(self.disk / "now", self.state)
        shutil.rmtree(self.disk)
        self.disk.mkdir()
        # The next life finds on the disk what this one has left there.
        (self.disk / "now").symlink_to(shutil.copytree(self.state, self.disk / "first"))
        for path in self.state.iterdir():
            shutil.copy(path, self.disk / f"inode-{path.stat().st_ino}")

    def served(self, shell, group="g"):
        return {x["start"]: x["port"] for x in shell.ask(f"topology {group} add")}

    def test_what_was_answered_outlives_a_loss_of_power(self):
        random.seed(2)
        groups = ("g", "h", "i")
        kept, answered, lost = {group: {} for group in groups}, 0, 0
        for _ in range(ROUNDS):
            shell = self.node()
            killer = threading.Timer(random.uniform(0, CHANGES * 0.012), shell.process.kill)
            killer.start()
            unsure = None
            for _ in range(CHANGES):
                group = random.choice(groups)
                wanted = dict(kept[group])
                if wanted and random.random() < 0.4:
                    key = random.choice(list(wanted))
                    line = f"remove_item {group} {key} {key} {wanted.pop(key)}"
                else:
                    key = random.randrange(1000)
                    wanted[key] = random.randrange(1, 65535)
                    line = f"add_item {group} {key} {key} {wanted[key]} --keep"
                try:
                    shell.ask(line)
                except (EOFError, BrokenPipeError):
                    unsure = group, wanted
                    break
                answered += 1
                kept[group] = wanted
            killer.cancel()
            self.cut_power(shell)
            shell = self.node()
            there = {group: self.served(shell, group) for group in groups}
            if unsure is not None and there[unsure[0]] == unsure[1]:
                kept[unsure[0]] = unsure[1]
            lost += there != kept
            self.assertEqual(there, kept)
            self.assertNotIn("bad-", " ".join(os.listdir(self.state)), "what the disk has is whole")
            self.cut_power(shell)
        if ROUNDS > 3:
            print(f"{ROUNDS} losses of power, {answered} changes answered, {lost} times something was lost")

    def test_the_layer_loses_what_was_not_synced(self):
        shell = self.node()
        shell.ask("add_item g 0 9 80 --keep")
        (self.state / "unsynced").write_text("x")
        self.cut_power(shell)
        self.assertEqual(sorted(x.name for x in self.state.iterdir() if x.name[0] == "u"), [])
        self.assertEqual(self.served(self.node()), {0: 80})

    def test_a_disk_that_is_full_or_fails_and_works_again(self):
        for fault in ("full", "error"):
            with self.subTest(fault):
                shell = self.node()
                shell.ask("set_items g 80 0..9 --keep")
                self.fault.write_text(fault)
                self.assert_refused("not_kept", shell, "add_item g 10 19 80 --keep")
                self.assertEqual(self.served(shell), {0: 80, 10: 80})
                self.fault.unlink()
                shell.ask("add_item g 20 29 80 --keep")
                self.cut_power(shell)
                self.assertIn("nothing can be kept in", "".join(shell.log))
                again = self.node()
                self.assertEqual(self.served(again), {0: 80, 10: 80, 20: 80})
                self.cut_power(again)

    def test_a_node_starts_while_the_disk_fails(self):
        shell = self.node()
        shell.ask("add_items g 80 0..9 10..19 --keep")
        self.cut_power(shell)
        for fault in ("full", "error"):
            self.fault.write_text(fault)
            shell = self.node()
            self.assertEqual(self.served(shell), {0: 80, 10: 80})
            self.cut_power(shell)
            self.assertIn("nothing can be kept in", "".join(shell.log))

    def test_twenty_thousand_peers(self):
        peers = sorted(f"127.{64 + n // 65536}.{n >> 8 & 255}.{n & 255}:29998" for n in range(PEERS))
        text = "scalesmall peers 1\n# nodes that this one may ask when it starts again\n"
        text += f"written {int(time.time())}\n" + "".join(f"heard {x}\n" for x in peers)
        check = hashlib.blake2b(text.encode(), digest_size=32, key=b"scalesmall state").hexdigest()
        self.state.mkdir()
        (self.state / "peers").write_text(f"{text}checksum {check}\n")
        begin = time.monotonic()
        shell = self.node()
        self.assertEqual(len(shell.ask("peers")), PEERS)
        if ROUNDS > 3:
            print(f"a node with {PEERS} peers answers {time.monotonic() - begin:.2f} s after its start")
        shell.ask("add_item g 0 9 80 --keep")
        self.assertNotIn("peers.bad", " ".join(os.listdir(self.state)))


if __name__ == "__main__":
    unittest.main()
