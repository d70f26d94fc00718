"""Hosts on two subnets with a router between them, as network namespaces of this machine."""

import contextlib
import ctypes
import os
import shutil
import subprocess

CLONE_NEWNET = 0x40000000  # linux/sched.h
libc = ctypes.CDLL(None, use_errno=True)


def _checked(status):
    if status != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


class Namespace:
    """An anonymous network namespace. However this process ends, the system removes the namespace and its interfaces
    together with its last descriptor and process."""

    def __init__(self):
        with _back_home():
            _checked(libc.unshare(CLONE_NEWNET))
            self.descriptor = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        self.path = f"/proc/{os.getpid()}/fd/{self.descriptor}"

    @contextlib.contextmanager
    def inside(self):
        """A context: sockets and processes that this thread creates in it belong to the namespace."""
        with _back_home():
            _checked(libc.setns(self.descriptor, CLONE_NEWNET))
            yield

    def ip(self, command):
        with self.inside():
            done = subprocess.run(["ip", *command.split()], capture_output=True, text=True, timeout=10, check=False)
        if done.returncode != 0:
            raise OSError(f"ip {command}: {done.stderr.strip()}")

    def set(self, name, value):
        """Sets /proc/sys/net/NAME."""
        with self.inside(), open(f"/proc/sys/net/{name}", "w", encoding="ascii") as file:
            file.write(value)

    def close(self):
        os.close(self.descriptor)


@contextlib.contextmanager
def _back_home():
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        yield
    finally:
        try:
            _checked(libc.setns(home, CLONE_NEWNET))
        finally:
            os.close(home)


class Host(Namespace):
    def __init__(self, address):
        super().__init__()
        self.address = address
        self.subnet = subnet(address)


def subnet(address):
    return address.rpartition(".")[0]


class Network:
    """10.77.1.0/24 and 10.77.2.0/24, each a bridge with two hosts. The router has an interface in both. It forwards no
    multicast, which is the default of the system."""

    def __init__(self):
        self.router = Namespace()
        self.hosts = []
        self.router.set("ipv4/ip_forward", "1")
        for number in (1, 2):
            # Without snooping a bridge sends multicast to every port: a capture at one host sees all of its subnet.
            self.router.ip(f"link add subnet{number} type bridge mcast_snooping 0")
            self.router.ip(f"address add 10.77.{number}.1/24 dev subnet{number}")
            self.router.ip(f"link set subnet{number} up")
            for last in (2, 3):
                self._add_host(number, last)

    def _add_host(self, number, last):
        host = Host(f"10.77.{number}.{last}")
        self.hosts.append(host)
        plug = f"plug{number}-{last}"
        self.router.ip(f"link add {plug} type veth peer name eth0 netns {host.path}")
        self.router.ip(f"link set {plug} master subnet{number} up")
        host.ip(f"address add {host.address}/24 dev eth0")
        host.ip("link set lo up")
        host.ip("link set eth0 up")
        host.ip(f"route add default via 10.77.{number}.1")

    def close(self):
        for namespace in (*self.hosts, self.router):
            namespace.close()


def why_not():
    """Returns why this machine cannot make such a network; None if it can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    if shutil.which("ip") is None:
        return "the program ip is missing (Debian: iproute2)"
    try:
        Network().close()
    except OSError as error:
        return f"this system makes no network namespaces, bridges or veth pairs ({error})"
    return None
