#!/usr/bin/env python3
"""Settings of a running node: keys that are saved, and what a node reads again."""

import os
import pathlib
import subprocess
import tempfile

from program import ANSWER_TIME, PROGRAM, Test, clean_environment, free_port, run, signal, unittest

ALONE = ("--port", "0", "--multicast", "off")
HERE = ("--address", "127.0.0.1")


class Settings(Test):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def put(self, name, text):
        path = self.directory / name
        path.write_text(text)
        path.chmod(0o600)
        return str(path)

    def keygen(self):
        return run("keygen").stdout

    def test_saved_keys_are_those_of_the_next_life(self):
        path, other = self.put("key", self.keygen()), self.put("other", self.keygen())
        former = pathlib.Path(path).read_text()
        shell = self.shell(*ALONE, *HERE, "--key-file", path)
        [old] = shell.ask("keys list")
        [new] = shell.ask(f"keys add {other} --save")
        self.assertEqual(pathlib.Path(path + ".prev").read_text(), former)
        shell.ask(f"keys use {new} --save")
        shell.kill()
        again = self.shell(*ALONE, *HERE, "--key-file", path)
        self.assertEqual(again.ask("keys list"), [{"fingerprint": new, "primary": True},
                                                  {"fingerprint": old["fingerprint"], "primary": False}])
        again.ask(f"keys remove {old['fingerprint']} --save")
        again.kill()
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        self.assertEqual(len(self.shell(*ALONE, *HERE, "--key-file", path).ask("keys list")), 1)

    def test_keys_that_cannot_be_saved_do_not_change(self):
        other = self.put("other", self.keygen())
        self.assert_refused("unavailable", self.shell(*ALONE), f"keys add {other} --save")
        shell = self.shell(*ALONE, *HERE, "--key-file", self.put("key", self.keygen()),
                           variables={"CREDENTIALS_DIRECTORY": str(self.directory)})
        self.assert_refused("unavailable", shell, f"keys add {other} --save")
        self.assertEqual(len(shell.ask("keys list")), 1)

    def node(self, config):
        """A node with a socket, whose log is read line by line."""
        socket = str(self.directory / "socket")
        node = subprocess.Popen([PROGRAM, "node", "--config", config, "--control", socket], stdin=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True, env=clean_environment())
        self.addCleanup(node.stderr.close)
        self.addCleanup(node.wait, ANSWER_TIME)
        self.addCleanup(node.kill)
        self.log_until(node, "operated through")
        return node, socket

    def log_until(self, node, text):
        lines = []
        for line in node.stderr:
            lines.append(line)
            if text in line:
                return "".join(lines)
        self.fail(f"{text!r} is not in the log: {lines}")

    def verb(self, socket, *words):
        return run(*words, "--socket", socket)

    def test_reload(self):
        seed = self.shell("--port", "0", "--multicast", "off")
        seed.ask("join g")
        base = f"port = {free_port()}\nmulticast = off\naddress = 127.0.0.1\n"
        first, second = self.put("first", self.keygen()), self.put("second", self.keygen())
        config = self.put("conf", base)
        node, socket = self.node(config)
        self.assertEqual(self.verb(socket, "reload").stdout, "nothing has changed\n")
        self.assertEqual(self.verb(socket, "join", "g").returncode, 0)
        self.put("conf", base + f"peers = {seed.id()}\nlog-level = debug\ncluster = other\n")
        changed = self.verb(socket, "reload")
        self.assertEqual(changed.stdout.splitlines(), [
            f"the seed {seed.id()} is new", "the log level is debug, it was the usual one",
            "only the next start takes what has changed of: cluster"])
        seed.ask("await members g 1")
        for line in changed.stdout.splitlines():
            self.log_until(node, line)

        self.put("conf", base + "peers = here\nlog-level = debug\n")
        refused = self.verb(socket, "reload")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("--peers", refused.stderr)
        self.assertIn("line 4", self.log_until(node, "nothing is read again"))
        self.put("conf", base)
        node.send_signal(signal.SIGHUP)
        self.log_until(node, f"{seed.id()} is a seed no longer")
        node.send_signal(signal.SIGTERM)
        self.assertEqual(node.wait(ANSWER_TIME), 0)

        self.put("conf", base + f"key-file = {first}\n")
        node, socket = self.node(config)
        self.put("first", pathlib.Path(second).read_text() + pathlib.Path(first).read_text())
        lines = self.verb(socket, "reload").stdout.splitlines()
        self.assertEqual([line.split()[-1] for line in lines], ["too", "seals"])
        self.put("first", "nothing")
        self.assertIn("line 1 is not a key", self.verb(socket, "reload").stderr)
        self.assertIn(lines[1].split()[2], self.verb(socket, "keys", "list").stdout)


if __name__ == "__main__":
    unittest.main()
