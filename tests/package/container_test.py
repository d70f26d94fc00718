#!/usr/bin/env python3
"""Builds the image and forms a group of three containers of it, where a container engine runs.

Status 77 and one line if none does.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = 77
NAME = f"scalesmall-test-{os.getpid()}"
SUBNET = "172.29.98"
LIMIT = 60


def engine():
    """The command of a container engine that answers; None without one."""
    for name in ("docker", "podman"):
        if shutil.which(name) and subprocess.run([name, "info"], capture_output=True, check=False).returncode == 0:
            return name
    return None


class Containers(unittest.TestCase):
    def call(self, *words, check=True):
        done = subprocess.run([ENGINE, *words], capture_output=True, text=True, check=False)
        if check:
            self.assertEqual(done.returncode, 0, f"{words}: {done.stdout}{done.stderr}")
        return done

    def until(self, condition, what):
        end = time.monotonic() + LIMIT
        while not condition():
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.5)

    def test_three_containers_form_a_group(self):
        self.addCleanup(self.call, "image", "rm", "--force", NAME, check=False)
        self.call("build", "--file", str(ROOT / "contrib/container/Containerfile"), "--tag", NAME, str(ROOT))
        self.addCleanup(self.call, "network", "rm", NAME, check=False)
        self.call("network", "create", "--subnet", f"{SUBNET}.0/24", NAME)
        nodes = {f"{NAME}-{n}": f"{SUBNET}.{10 + n}" for n in range(3)}
        seeds = ",".join(f"{address}:29999" for address in nodes.values())
        for name, address in nodes.items():
            self.addCleanup(self.call, "rm", "--force", name, check=False)
            self.call("run", "--detach", "--name", name, "--network", NAME, "--ip", address, "--read-only", "--cap-drop",
                      "ALL", "--tmpfs", "/run/scalesmall:uid=65532,mode=0700", NAME, "node", "--address", address,
                      "--insecure", "--multicast", "off", "--peers", seeds)
        for name in nodes:
            self.until(lambda name=name: self.call("exec", name, "scalesmall", "health", "--ready", check=False).returncode == 0,
                       f"{name} is not ready")
            self.call("exec", name, "scalesmall", "join", "g")
        for name, address in nodes.items():
            others = sorted(f"{x}:29999" for x in nodes.values() if x != address)

            def members(name=name):
                return json.loads(self.call("exec", name, "scalesmall", "members", "g", "--json").stdout)

            self.until(lambda others=others, members=members: set(others) <= set(members()), f"{name} misses members")
        self.assertEqual(self.call("exec", f"{NAME}-0", "id", "-u").stdout.strip(), "65532")
        begin = time.monotonic()
        self.call("stop", f"{NAME}-0")
        self.assertLess(time.monotonic() - begin, 8)  # the engine kills after 10 s


if __name__ == "__main__":
    ENGINE = engine()
    if ENGINE is None:
        print("skipped: no container engine answers here (docker info, podman info), so no image is built")
        sys.exit(SKIPPED)
    unittest.main()
