#!/usr/bin/env python3
"""Keys: their generation, nodes that seal, and a change of keys on running nodes under traffic."""

import base64
import os
import stat
import tempfile
import threading

from program import SLOWNESS, Test, run, unittest

SEE_TIME = 2 * SLOWNESS
QUIET = 0.5 * SLOWNESS
HERE = ("--address", "127.0.0.1")


class Keys(Test):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name

    def key_file(self, name, text=None, mode=0o600):
        path = os.path.join(self.directory, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(run("keygen").stdout if text is None else text)
        os.chmod(path, mode)
        return path

    def form(self, shells):
        seed = shells[0].id()
        for shell in shells:
            shell.ask(f"join g {seed}" if shell is not shells[0] else "join g")
        for shell in shells:
            shell.ask(f"await members g {len(shells)} {SEE_TIME}")

    def agree(self, shells, count):
        for shell in shells:
            shell.ask(f"await topology g add {count} {SEE_TIME}")

    def changes_during(self, shells, steps):
        """Runs each step at each node while another node makes changes; returns the number of changes."""
        made = 0
        for step in steps:
            for i, shell in enumerate(shells):
                done = threading.Event()
                other = shells[(i + 1) % len(shells)]

                def change(other=other, done=done):
                    nonlocal made
                    while True:
                        other.ask(f"add_item g {made} {made} 1")
                        made += 1
                        if done.is_set():
                            return

                changing = threading.Thread(target=change)
                changing.start()
                shell.ask(step)
                done.set()
                changing.join()
                self.agree(shells, made)
        return made

    def test_keygen(self):
        first, second = run("keygen"), run("keygen")
        self.assertEqual((first.returncode, first.stderr), (0, ""))
        self.assertEqual(first.stdout.count("\n"), 1)
        self.assertEqual(len(base64.b64decode(first.stdout, validate=False)), 32)
        self.assertNotEqual(first.stdout, second.stdout)

    def test_refused_files(self):
        secret = "not-a-key-but-secret"
        for path, named in ((self.key_file("open", mode=0o640), "chmod 600"), (self.key_file("none", "# none\n"), "no key"),
                            (self.key_file("bad", f"# 1\n\n{secret}\n"), "line 3")):
            for arguments, variables in ((["--key-file", path], {}), ([], {"GROUP_MANAGER_KEY_FILE": path})):
                done = run("shell", *HERE, *arguments, variables=variables)
                self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (2, "", 1), done.stderr)
                for part in ("--key-file", path, named):
                    self.assertIn(part, done.stderr)
                self.assertNotIn(secret, done.stderr)

    def test_change_of_keys_under_traffic(self):
        old, new = self.key_file("old"), self.key_file("new")
        shells = self.cluster(3, *HERE, "--key-file", old, "--log-level", "debug")
        self.form(shells)
        [first] = shells[0].ask("keys list")
        self.assertTrue(first["primary"])
        old_name = first["fingerprint"]
        [new_name] = shells[0].ask(f"keys add {new}")
        made = self.changes_during(shells, (f"keys add {new}", f"keys use {new_name}", f"keys remove {old_name}"))
        self.assertGreaterEqual(made, 9)
        for shell in shells:
            self.assertEqual(shell.ask("keys list"), [{"fingerprint": new_name, "primary": True}])
            shell.ask("quit")
            self.assertEqual(shell.wait(), 0)
            log = "".join(shell.log)
            self.assertNotIn("bad bytes", log)
            for path in (old, new):
                with open(path, encoding="utf-8") as file:
                    self.assertNotIn(file.read().strip(), log)

    def test_the_primary_key_stays(self):
        shell = self.shell("--port", "0", "--multicast", "off", *HERE, "--key-file", self.key_file("key"))
        [key] = shell.ask("keys list")
        self.assert_refused("invalid_argument", shell, f"keys remove {key['fingerprint']}")
        self.assert_refused("not_found", shell, "keys use 0123456789abcdef")
        self.assertEqual(shell.ask("keys list"), [key])

    def test_a_plain_cluster_begins_to_seal(self):
        key = self.key_file("key")
        shells = self.cluster(3, "--accept-plain", "--log-level", "debug")
        self.form(shells)
        [name] = shells[0].ask(f"keys add {key}")
        self.changes_during(shells, (f"keys add {key}", f"keys use {name}"))
        for shell in shells:
            shell.ask("quit")
            self.assertEqual(shell.wait(), 0)
            log = "".join(shell.log)
            self.assertIn("--accept-plain", log)
            self.assertNotIn("bad bytes", log)

    def test_nodes_without_the_key_learn_and_change_nothing(self):
        key = self.key_file("key")
        inside = self.cluster(2, *HERE, "--key-file", key)
        self.form(inside)
        port = inside[0].id()
        for outside in (self.shell("--port", "0", "--multicast", "off"),
                        self.shell("--port", "0", "--multicast", "off", *HERE, "--key-file", self.key_file("other")),
                        self.shell("--port", "0", "--multicast", "off", *HERE, "--key-file", key, "--cluster", "another")):
            outside.ask(f"join g {port}")
            outside.ask("add_item g 1 2 3")
            self.assert_refused("timeout", outside, f"await members g 2 {QUIET}")
            for shell in inside:
                self.assertEqual(shell.ask("topology g add"), [])
        self.assertEqual(len(inside[0].ask("members g")), 2)

    def test_the_file_stays_as_it_was(self):
        path = self.key_file("key")
        shell = self.shell("--port", "0", "--multicast", "off", *HERE, "--key-file", path)
        shell.ask(f"keys add {path}")
        self.assertEqual(len(shell.ask("keys list")), 1)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)


if __name__ == "__main__":
    unittest.main()
