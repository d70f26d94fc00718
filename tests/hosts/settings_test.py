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
HEAL_TIME = 6 * SLOWNESS
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

    def meet(self, first, second):
        """Starts a node on each host, which talk by TCP alone."""
        shells = []
        for host, address in (first, second):
            with host.inside():
                shells.append(self.shell("--address", address, "--insecure", "--multicast", "off", "--log-level", "info",
                                         *(("--peers", shells[0].id()) if shells else ())))
            shells[-1].ask("join g")
        shells[0].ask(f"await members g 2 {MEET_TIME}")
        return shells

    def await_line(self, shell, part, limit):
        end = time.monotonic() + limit * SLOWNESS
        while not any(part in line for line in shell.log):
            self.assertLess(time.monotonic(), end, shell.log)
            time.sleep(0.02)

    def change_both(self, shells, number):
        for shell in shells:
            shell.ask(f"add_item g {number} {number} 1")
            number += 1
        for shell in shells:
            shell.ask(f"await topology g add {number} {HEAL_TIME}")

    def test_an_address_that_goes_and_comes_back(self):
        shells = self.meet((self.first, self.first.address), (self.second, self.second.address))
        self.change_both(shells, 0)
        self.first.ip(f"address del {self.first.address}/24 dev eth0")
        self.await_line(shells[0], f"has lost the address {self.first.address}", 4)
        self.first.ip(f"address add {self.first.address}/24 dev eth0")
        self.await_line(shells[0], f"has the address {self.first.address} of this node again", 4)
        self.change_both(shells, 2)
        self.assertEqual(sum("address" in line for line in shells[0].log), 2, shells[0].log)

    def test_a_link_local_address_on_a_new_interface(self):
        for host in (self.first, self.second):
            host.ip(f"address add {self.of_link(host)}/64 dev eth0 nodad")
        shells = self.meet((self.first, self.of_link(self.first)), (self.second, self.of_link(self.second)))
        self.first.ip("link del eth0")
        self.await_line(shells[0], "has lost the address", 4)
        self.network.router.ip(f"link add again type veth peer name eth0 netns {self.first.path}")
        self.network.router.ip("link set again master subnet1 up")
        self.first.ip("link set eth0 up")
        self.first.ip(f"address add {self.of_link(self.first)}/64 dev eth0 nodad")
        self.await_line(shells[0], "of this node again", 4)
        self.change_both(shells, 0)

    @staticmethod
    def of_link(host):
        return f"fe80::{host.address.rpartition('.')[2]}"

    def test_a_default_route_that_moves(self):
        far = self.network.hosts[2]
        shells = self.meet((self.first, self.first.address), (far, far.address))
        self.network.router.ip("address add 10.77.1.9/24 dev subnet1")
        self.first.ip("route replace default via 10.77.1.8")  # nobody is there
        shells[0].ask("add_item g 0 0 1")
        time.sleep(1)
        self.assertEqual(shells[1].ask("topology g add"), [])
        self.first.ip("route replace default via 10.77.1.9")
        shells[1].ask(f"await topology g add 1 {HEAL_TIME}")
        self.change_both(shells, 1)

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
