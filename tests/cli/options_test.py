#!/usr/bin/env python3
"""Refused starts, and the precedence of options."""

import json
import os
import tempfile

from program import Test, free_port, run, unittest

# Arguments, and texts that the error must contain.
BAD = [
    ([], ["shell or node"]),
    (["launch"], ["launch", "shell or node"]),
    (["serve"], ["GROUP is missing"]),
    (["node", "--prot", "1"], ["--prot"]),
    (["node", "--port", "65536"], ["--port", "65536", "0..65535"]),
    (["node", "--port"], ["--port", "0..65535"]),
    (["shell", "--address", "localhost"], ["--address", "localhost", "numeric"]),
    (["shell", "--address", "10.1.1.1"], ["--address", "10.1.1.1", "loopback", "--insecure"]),
    (["shell", "--multicast", "yes"], ["--multicast", "yes", "on or off"]),
    (["shell", "--multicast-address", "10.1.1.1"], ["--multicast-address", "10.1.1.1", "224.0.0.0"]),
    (["shell", "--multicast-port", "0"], ["--multicast-port", "0", "1..65535"]),
    (["shell", "--multicast-ttl", "256"], ["--multicast-ttl", "256", "0..255"]),
    (["shell", "--peers", "here"], ["--peers", "here", "host:port"]),
    (["shell", "--peers", "x" * 64 + ":1"], ["--peers", "x" * 64, "address"]),
    (["shell", "--key-file", "/nonexistent/key"], ["--key-file", "/nonexistent/key", "No such file"]),
    (["shell", "--key-file", "/dev/null"], ["--key-file", "/dev/null", "regular file"]),
    (["keygen", "--json"], ["--json", "keygen"]),
    (["shell", "--cluster", "a\nb"], ["--cluster", "control characters"]),
    (["shell", "--log-level", "loud"], ["--log-level", "loud", "trace"]),
    (["shell", "--config", "/nonexistent/file"], ["--config", "/nonexistent/file"]),
    (["shell", "--insecure", "--address", "192.0.2.1"], ["--address", "192.0.2.1"]),  # unused (RFC 5737)
]


class Options(Test):
    def assert_bad(self, done, named):
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stdout, "")
        for part in named:
            self.assertIn(part, done.stderr)

    def test_bad_values(self):
        for arguments, named in BAD:
            with self.subTest(arguments):
                done = run(*arguments)
                self.assert_bad(done, named)
                if "a\nb" not in arguments:
                    self.assertEqual(done.stderr.count("\n"), 1, done.stderr)

    def test_bad_environment(self):
        self.assert_bad(run("node", variables={"GROUP_MANAGER_MULTICAST_TTL": "x"}),
                        ["--multicast-ttl", "GROUP_MANAGER_MULTICAST_TTL", '"x"'])

    def test_port_in_use(self):
        port = self.shell("--port", "0", "--multicast", "off").id().split(":")[1]
        for mode in ("node", "shell"):
            self.assert_bad(run(mode, "--port", port, "--multicast", "off"), [port, "--port"])

    def test_precedence(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "scalesmall.conf")
            file_port, variable_port = str(free_port()), str(free_port())
            with open(path, "w", encoding="utf-8") as file:
                file.write(f"# a node of its own\naddress = 127.0.0.3\nport = {file_port}\n\nmulticast=off\njson = on\n")

            def id_with(*arguments, variables=None):
                done = run("shell", "--config", path, *arguments, text="my_id\n", variables=variables)
                self.assertEqual(done.returncode, 0, done.stderr)
                return json.loads(done.stdout)["result"]

            self.assertEqual(id_with(), f"127.0.0.3:{file_port}")
            self.assertEqual(id_with(variables={"GROUP_MANAGER_PORT": variable_port}), f"127.0.0.3:{variable_port}")
            self.assertTrue(id_with("--address=127.0.0.2", variables={"GROUP_MANAGER_ADDRESS": "127.0.0.4"})
                            .startswith("127.0.0.2:"))

            with open(path, "a", encoding="utf-8") as file:
                file.write("multicast-ttl = many\n")
            self.assert_bad(run("node", "--config", path), ["--multicast-ttl", "many", "line 7", path, "0..255"])

    def test_help_and_version(self):
        for arguments, begin in ((["--help"], "usage: scalesmall"), (["shell", "--help"], "usage: scalesmall"),
                                 (["--version"], "scalesmall 0.")):
            done = run(*arguments)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertTrue(done.stdout.startswith(begin), done.stdout)


if __name__ == "__main__":
    unittest.main()
