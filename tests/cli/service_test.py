#!/usr/bin/env python3
"""The program as a service: what it tells the service manager and the journal, its unit, manuals and completion."""

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile

from program import ANSWER_TIME, PROGRAM, Test, clean_environment, free_port, run, signal, unittest

ALONE = ("--port", "0", "--multicast", "off", "--control", "off")
ROOT = pathlib.Path(__file__).resolve().parents[2]
EXPOSURE_MAX = 1.5


def needs(program):
    return unittest.skipUnless(shutil.which(program), f"{program} is not there")


class Service(Test):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def start(self, *arguments, variables):
        node = subprocess.Popen([PROGRAM, "node", *ALONE, *arguments], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                text=True, env=clean_environment() | variables)
        self.addCleanup(node.stderr.close)
        self.addCleanup(node.wait, ANSWER_TIME)
        self.addCleanup(node.kill)
        return node

    def manager(self):
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(manager.close)
        manager.bind(str(self.directory / "notify"))
        manager.settimeout(ANSWER_TIME)
        return manager

    def told(self, manager, begin):
        """The next that the node tells and that begins so; it may say on the way that it lives."""
        while True:
            lines = manager.recv(4096).decode()
            if lines.startswith(begin):
                return lines
            self.assertTrue(lines.startswith("WATCHDOG=1\n"), lines)

    def test_what_the_service_manager_is_told(self):
        manager = self.manager()
        node = self.start(variables={"NOTIFY_SOCKET": str(self.directory / "notify"), "WATCHDOG_USEC": "200000"})
        ready = self.told(manager, "READY=1\n")
        self.assertRegex(ready, r"STATUS=listening on 127\.0\.0\.1:\d+, 0 peers, 0 groups$")
        for _ in range(2):
            self.told(manager, "WATCHDOG=1\nSTATUS=listening on ")
        node.send_signal(signal.SIGHUP)
        self.told(manager, "RELOADING=1\nMONOTONIC_USEC=")
        self.told(manager, "READY=1\n")
        node.send_signal(signal.SIGTERM)
        self.told(manager, "STOPPING=1\n")
        self.assertEqual(node.wait(ANSWER_TIME), 0)

    def test_lines_for_the_journal_begin_with_their_priority(self):
        reader, writer = os.pipe()
        about = os.fstat(writer)
        arguments = [PROGRAM, "shell", *ALONE, "--insecure", "--address", "127.0.0.1", "--accept-plain", "--log-level", "info"]
        done = subprocess.run(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=writer, check=False,
                              env=clean_environment() | {"JOURNAL_STREAM": f"{about.st_dev}:{about.st_ino}"})
        os.close(writer)
        with os.fdopen(reader) as log:
            lines = log.read().splitlines()
        self.assertEqual(done.returncode, 0)
        self.assertTrue(any(line.startswith("<6>listening on ") for line in lines), lines)
        self.assertTrue(any(line.startswith("<4>--accept-plain: ") for line in lines), lines)
        self.assertTrue(all(re.match("<[2-7]>", line) for line in lines), lines)

    def test_lines_of_json(self):
        done = run("shell", *ALONE, "--log-format", "json", "--log-level", "info")
        lines = [json.loads(line) for line in done.stderr.splitlines()]
        self.assertIn("listening on ", lines[0]["text"])
        for line in lines:
            self.assertEqual(list(line), ["time", "level", "text"])

    @needs("systemd-analyze")
    def test_the_units_are_closed(self):
        for unit in ("scalesmall.service", "scalesmall@.service"):
            said = subprocess.run(["systemd-analyze", "security", "--offline=yes", ROOT / "contrib/systemd" / unit],
                                  capture_output=True, text=True, check=False)
            level = re.search(r"exposure level for \S+: ([\d.]+)", said.stdout)
            self.assertLessEqual(float(level[1]), EXPOSURE_MAX, said.stdout + said.stderr)

    @needs("mandoc")
    def test_the_manuals_are_well_formed(self):
        pages = self.directory / "man"
        for section, name in (("1", "scalesmall.1"), ("5", "scalesmall.conf.5")):
            (pages / f"man{section}").mkdir(parents=True)
            (pages / f"man{section}" / name).write_text(run("man", section).stdout)
        for page in pages.rglob("scalesmall*"):
            said = subprocess.run(["mandoc", "-Tlint", page], capture_output=True, text=True, check=False)
            # The other page is not installed here.
            lines = [x for x in said.stdout.splitlines() if "referenced manual not found: Xr scalesmall" not in x]
            self.assertEqual((lines, said.stderr), ([], ""))

    def test_scripts_for_shells(self):
        for shell in ("bash", "zsh"):
            script = self.directory / shell
            script.write_text(run("completion", shell).stdout)
            if shutil.which(shell):
                subprocess.run([shell, "-n", script], check=True)

    @needs("bash")
    def test_completion_in_bash(self):
        script = self.directory / "bash"
        script.write_text(run("completion", "bash").stdout)

        def completed(*words):
            typed = " ".join(f"'{word}'" for word in words)
            line = (f"source {script}; COMP_WORDS=(scalesmall {typed}); COMP_CWORD={len(words)}; _scalesmall; "
                    'printf "%s\\n" "${COMPREPLY[@]}"')
            done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True,
                                  env=clean_environment() | {"PATH": os.environ["PATH"]})
            self.assertEqual(done.stderr, "")
            return done.stdout.split()

        self.assertEqual(completed("rel"), ["reload"])
        self.assertEqual(completed("keys", "re"), ["remove"])
        self.assertEqual(completed("node", "--on-s"), ["--on-stop"])
        self.assertEqual(completed("node", "--on-stop", "l"), ["leave"])
        self.assertEqual(completed("node", "--log-level", "cr"), ["critical"])
        self.assertEqual(completed("completion", ""), ["bash", "zsh"])
        self.assertIn("--reachable", completed("members", "g", "--"))

    def test_the_example_is_taken_and_changes_nothing(self):
        example = self.directory / "conf"
        example.write_text(run("example-config").stdout)
        port = str(free_port())
        done = run("shell", "--config", str(example), "--port", port, "--multicast", "off", text="my_id\n")
        self.assertEqual((done.returncode, done.stdout), (0, f"127.0.0.1:{port}\n"))


if __name__ == "__main__":
    unittest.main()
