#!/usr/bin/env python3
"""The live demonstration that `./dev demo --live` runs: cut short, it shows its page, and it ends with all its nodes."""

import json
import os
import pathlib
import re
import subprocess
import sys
import urllib.request

from program import ANSWER_TIME, PROGRAM, clean_environment, signal, time, unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEMO = ROOT / "examples/live_demo.py"
SECONDS = 15  # until a gap is there


def fetch(url):
    return urllib.request.urlopen(url, timeout=ANSWER_TIME)


class Demo(unittest.TestCase):
    def start(self, seconds):
        """The demonstration, and the address of its page."""
        environment = {name: value for name, value in clean_environment().items() if "DISPLAY" not in name}
        process = subprocess.Popen([sys.executable, DEMO, PROGRAM, str(seconds)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   env=environment)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        for line in process.stdout:
            if found := re.search(r"(http://127\.0\.0\.1:\d+)/#token=\w{32}$", line):
                return process, found[1]
        self.fail(process.stderr.read())

    def nodes_of(self, process):
        """Each is the leader of a session of its own."""
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
        return [int(x) for x in children]

    def assert_gone(self, nodes):
        for pid in nodes:
            self.assertFalse(os.path.exists(f"/proc/{pid}"), pid)

    def test_what_is_announced_happens_on_the_page(self):
        process, url = self.start(SECONDS)
        nodes = self.nodes_of(process)
        self.assertEqual(len(nodes), 3)
        with fetch(url) as page:
            self.assertIn(b"<title>scalesmall</title>", page.read())
        happened = set()
        with fetch(f"{url}/v1/events") as events:
            for line in events:
                if line.startswith(b"data: "):
                    event = json.loads(line[6:])
                    happened.add((event["event"], event.get("path")))
                if {("range_added", None), ("range_removed", None), ("restarted", "group_manager/chatter/peer_db")} <= happened:
                    break
        gaps = 0
        while not gaps and process.poll() is None:
            with fetch(f"{url}/v1/status") as answer:
                gaps = json.load(answer)["groups"][0]["gaps"]
            time.sleep(0.05)
        out, err = process.communicate(timeout=ANSWER_TIME)
        self.assertEqual((process.returncode, err), (0, ""))
        self.assertEqual(gaps, 1)
        said = re.findall(r"^ *(\d+) s  ", out, re.MULTILINE)
        self.assertEqual(said, ["4", "8", "11", "14"])
        self.assertTrue(out.endswith("the nodes stop\n"), out)
        self.assert_gone(nodes)

    def test_it_ends_when_it_is_told_to(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                process, url = self.start(60)
                nodes = self.nodes_of(process)
                fetch(url).close()
                process.send_signal(number)
                out, err = process.communicate(timeout=ANSWER_TIME)
                self.assertEqual((process.returncode, err), (0, ""), out)
                self.assert_gone(nodes)


if __name__ == "__main__":
    unittest.main()
