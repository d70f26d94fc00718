#!/usr/bin/env python3
"""A node of this version together with one of a later version, whose frames have a section unknown to this version."""

import os
import socket
import tempfile

from program import ANSWER_TIME, SLOWNESS, Test, free_port, run, time, unittest

NEWER = os.environ["SCALESMALL_NEWER"]
SEE_TIME = 2 * SLOWNESS
TOO_NEW = "speaks a newer format"


class Versions(Test):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.key = os.path.join(directory.name, "key")
        with open(os.open(self.key, os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write(run("keygen").stdout)
        self.port = str(free_port(socket.SOCK_DGRAM))

    def node(self, *arguments, **how):
        return self.shell("--port", "0", "--address", "127.0.0.1", "--multicast-port", self.port, "--log-level", "debug",
                          *arguments, **how)

    def log_of(self, shell):
        shell.ask("quit")
        shell.wait()
        return "".join(shell.log)

    def live_together(self, *arguments):
        ours, newer = self.node(*arguments), self.node(*arguments, program=NEWER)
        ours.ask("join g")
        newer.ask(f"join g {ours.id()}")
        for at, shell in enumerate((ours, newer)):
            shell.ask(f"await members g 2 {SEE_TIME}")
            shell.ask(f"add_item g {at} {at} 1")
        for shell in (ours, newer):
            shell.ask(f"await topology g add 2 {SEE_TIME}")
            shell.ask(f"await topology g get 2 {SEE_TIME}")  # these may come later, if a row is told in parts
        self.assertEqual(ours.ask("topology g"), newer.ask("topology g"))
        newer.ask("leave g")
        ours.ask(f"await members g 1 {SEE_TIME}")
        for shell in (ours, newer):
            log = self.log_of(shell)
            self.assertNotIn("bad bytes", log)
            self.assertNotIn(TOO_NEW, log)

    def test_an_unknown_section_by_tcp(self):
        self.live_together("--multicast", "off")

    def test_an_unknown_section_by_multicast(self):
        self.live_together()

    def test_an_unknown_section_in_sealed_frames(self):
        self.live_together("--key-file", self.key)

    def test_a_version_that_is_too_new(self):
        ours, beside = self.node(), self.node()
        newer = self.node(program=NEWER, variables={"SCALESMALL_OLDEST_READER": "2"})
        ours.ask("join g")
        newer.ask(f"join g {ours.id()}")
        end = time.monotonic() + ANSWER_TIME
        while TOO_NEW not in "".join(ours.log):
            self.assertLess(time.monotonic(), end)
        for i in range(10):
            newer.ask(f"add_item g {i} {i} 1")
        beside.ask(f"join g {ours.id()}")
        ours.ask(f"await members g 2 {SEE_TIME}")
        self.assertEqual(ours.ask("topology g add"), [])
        self.assertEqual(self.log_of(ours).count(TOO_NEW), 1)


if __name__ == "__main__":
    unittest.main()
