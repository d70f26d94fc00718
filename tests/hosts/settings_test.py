#!/usr/bin/env python3
"""Hosts whose addresses and interfaces are not as a node expects: several, none yet, another after a while."""

import os
import queue
import socket
import struct
import sys
import tempfile
import threading

from network import Namespace, Network, why_not
from program import ANSWER_TIME, SLOWNESS, Test, run, time, unittest

SKIPPED = 77
MEET_TIME = 10 * SLOWNESS
GROUP = "224.1.1.1"
PORT = 29999


class Addresses(Test):
    def setUp(self):
        self.host = Namespace()
        self.addCleanup(self.host.close)
        self.host.ip("link set lo up")
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.key = os.path.join(directory.name, "key")
        with open(self.key, "w", encoding="ascii", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(run("keygen").stdout)

    def start(self, *arguments):
        with self.host.inside():
            return self.shell("--multicast", "off", "--key-file", self.key, *arguments)

    def add(self, name, address, carrier=True):
        self.host.ip(f"link add {name} type veth peer name x{name}")
        self.host.ip(f"address add {address} dev {name}")
        self.host.ip(f"link set {name} up")
        if carrier:
            self.host.ip(f"link set x{name} up")

    def test_the_address_of_the_default_route(self):
        self.host.ip("link add docker0 type bridge")
        self.host.ip("address add 172.17.0.1/16 dev docker0")
        self.host.ip("link set docker0 up")
        self.add("eth0", "10.77.1.2/24")
        self.add("eth1", "10.77.2.2/24")
        self.add("eth2", "10.77.3.2/24", carrier=False)
        self.add("eth3", "169.254.1.1/16")
        self.host.ip("route add default via 10.77.2.1 dev eth1")
        shell = self.start()
        self.assertEqual(shell.id(), f"10.77.2.2:{PORT}")
        shell.ask("quit")
        shell.wait()
        self.assertEqual(len(shell.log), 1, shell.log)
        for part in ("10.77.2.2 (eth1)", "10.77.1.2 (eth0)", "172.17.0.1 (docker0", "10.77.3.2 (eth2, no carrier)",
                     "--address"):
            self.assertIn(part, shell.log[0])

    def test_no_address_yet(self):
        self.add("eth0", "169.254.1.1/16")
        shell = self.start()
        time.sleep(1.5)
        self.assertEqual(len(shell.log), 1)
        self.assertIn("waiting for an address", shell.log[0])
        self.assertIn("169.254.1.1 (eth0)", shell.log[0])
        self.host.ip("address add 10.77.1.2/24 dev eth0")
        self.assertEqual(shell.id(), f"10.77.1.2:{PORT}")

    def test_the_end_while_there_is_no_address(self):
        shell = self.start()
        while not shell.log:
            time.sleep(0.05)
        shell.process.terminate()
        self.assertEqual(shell.wait(ANSWER_TIME), 0)

    def test_the_broadcast_address_of_a_network(self):
        self.add("eth0", "10.77.1.2/24 broadcast 10.77.1.255")
        for option, value in (("--address", "10.77.1.255"), ("--peers", "10.77.1.255:1")):
            with self.host.inside():
                done = run("node", "--key-file", self.key, option, value)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(f"{option}: \"{value}\"", done.stderr)


class Interfaces(Test):
    def setUp(self):
        self.network = Network()
        self.addCleanup(self.network.close)
        self.first, self.second = self.network.hosts[:2]

    def listen(self, host):
        """Returns a queue of the senders of all multicasts that reach the host."""
        with host.inside():
            ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.addCleanup(ear.close)
            ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            ear.bind((GROUP, PORT))
            ear.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                           struct.pack("4s4s", socket.inet_aton(GROUP), socket.inet_aton(host.address)))
        heard = queue.Queue()

        def take():
            try:
                while True:
                    heard.put(ear.recvfrom(2000)[1][0])
            except OSError:
                pass

        threading.Thread(target=take, daemon=True).start()
        return heard

    def test_multicast_comes_back_with_the_interface(self):
        with self.first.inside():
            a = self.shell("--address", self.first.address, "--insecure")
        with self.second.inside():
            b = self.shell("--address", self.second.address, "--insecure", "--peers", a.id())
        for shell in (a, b):
            shell.ask("join g")
        a.ask(f"await members g 2 {MEET_TIME}")
        heard = self.listen(self.second)

        def change(number):
            while not heard.empty():
                heard.get()
            a.ask(f"add_item g {number} {number} 1")
            time.sleep(0.2)
            return self.first.address in [heard.get() for _ in range(heard.qsize())]

        self.assertTrue(any(change(n) for n in range(3)))
        self.first.ip("link del eth0")
        a.ask("add_item g 100 100 1")
        time.sleep(0.5)
        self.network.router.ip(f"link add again type veth peer name eth0 netns {self.first.path}")
        self.network.router.ip("link set again master subnet1 up")
        self.first.ip(f"address add {self.first.address}/24 dev eth0")
        self.first.ip("link set eth0 up")
        begin = time.monotonic()
        number = 200
        while not change(number):
            number += 1
            self.assertLess(time.monotonic() - begin, 6 * SLOWNESS)
        b.ask(f"await topology g add {len(a.ask('topology g add'))} {30 * SLOWNESS}")

    def test_peers_beyond_loopback(self):
        with self.first.inside():
            done = run("node", "--insecure", "--peers", f"{self.second.address}:{PORT}")
        self.assertEqual(done.returncode, 2)
        for part in ("--peers", self.second.address, "127.0.0.1", "--address"):
            self.assertIn(part, done.stderr)
        with self.first.inside():
            shell = self.shell("--multicast", "off")
        self.assert_refused("invalid_argument", shell, f"join g {self.second.address}:{PORT}")


if __name__ == "__main__":
    reason = why_not()
    if reason is not None:
        print(f"skipped: {reason}")
        sys.exit(SKIPPED)
    unittest.main()
