#!/usr/bin/env python3
"""Standard output, standard error and standard input that nobody reads, that are full, or that are closed."""

import contextlib
import os
import subprocess
import tempfile

from program import ANSWER_TIME, PROGRAM, SLOWNESS, STOP_TIME, Test, clean_environment, run, signal, time, unittest

ALONE = ("--port", "0", "--multicast", "off")


def full_pipe():
    """Returns both ends of a pipe that takes nothing more."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    for size in (4096, 1):
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(writing, b"x" * size)
    os.set_blocking(writing, True)
    return reading, writing


class Output(Test):
    def start(self, *arguments, **streams):
        streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | streams
        process = subprocess.Popen([PROGRAM, *arguments], text=True, bufsize=1, env=clean_environment(), **streams)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                self.addCleanup(stream.close)
        return process

    def test_a_full_disk_is_an_error(self):
        for arguments in (("keygen",), ("--help",), ("--version",)):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([PROGRAM, *arguments], stdout=full, stderr=subprocess.PIPE, text=True,
                                      env=clean_environment(), timeout=ANSWER_TIME, check=False)
            self.assertEqual(done.returncode, 1, arguments)
            self.assertIn("standard output", done.stderr)

    def test_a_closed_pipe_ends_the_shell(self):
        reading, writing = os.pipe()
        os.close(reading)
        shell = self.start("shell", *ALONE, stdout=writing)
        os.close(writing)
        shell.stdin.write("my_id\n")
        self.assertEqual(shell.wait(ANSWER_TIME), 1)

    def test_a_log_that_nobody_reads_stops_neither_the_work_nor_the_end(self):
        reading, writing = full_pipe()
        self.addCleanup(os.close, reading)
        other = self.shell(*ALONE)
        other.ask("join g")
        shell = self.start("shell", "--json", *ALONE, "--log-level", "trace", stderr=writing)
        os.close(writing)

        def ask(command):
            shell.stdin.write(command + "\n")
            self.assertIn('"ok":true', shell.stdout.readline())

        ask(f"join g {other.id()}")
        for n in range(20):
            ask(f"add_item g {n} {n} 1")
        other.ask(f"await topology g add 20 {10 * SLOWNESS}")
        begin = time.monotonic()
        shell.send_signal(signal.SIGTERM)
        shell.wait(ANSWER_TIME)
        self.assertLess(time.monotonic() - begin, STOP_TIME)

    def test_answers_that_nobody_reads_do_not_delay_the_end(self):
        reading, writing = full_pipe()
        self.addCleanup(os.close, reading)
        shell = self.start("shell", *ALONE, stdout=writing)
        os.close(writing)
        shell.stdin.write("help\n")
        time.sleep(0.5 * SLOWNESS)
        begin = time.monotonic()
        shell.send_signal(signal.SIGTERM)
        self.assertEqual(shell.wait(ANSWER_TIME), 1)
        self.assertLess(time.monotonic() - begin, STOP_TIME)

    def test_closed_descriptors(self):
        def closed(command, *descriptors):
            text = f'exec "$0" {command} ' + " ".join(f"{n}>&-" for n in descriptors)
            return subprocess.run(["bash", "-c", text, PROGRAM], capture_output=True, text=True, env=clean_environment(),
                                  timeout=ANSWER_TIME, check=False)

        alone = " ".join(ALONE)
        self.assertEqual(closed(f"shell {alone}", 0).returncode, 0)  # no input, and so the end
        self.assertEqual(closed(f"shell {alone}", 0, 1, 2).returncode, 0)
        self.assertEqual(closed("keygen", 1).returncode, 1)
        self.assertEqual(closed("keygen", 0, 2).returncode, 0)
        self.assertEqual(closed("node --port x", 2).returncode, 2)

    def test_files_that_are_none(self):
        with tempfile.TemporaryDirectory() as directory:
            done = run("node", "--config", directory)
        self.assertEqual(done.returncode, 2)
        for part in ("--config", directory, "directory"):
            self.assertIn(part, done.stderr)

    def test_a_service_of_kubernetes_is_no_port(self):
        service = {"GROUP_MANAGER_PORT": "tcp://10.96.0.12:29999", "GROUP_MANAGER_SERVICE_HOST": "10.96.0.12"}
        done = run("shell", "--multicast", "off", "--address", "127.0.0.77", text="my_id\n", variables=service)
        self.assertEqual((done.returncode, done.stdout), (0, "127.0.0.77:29999\n"), done.stderr)
        self.assertEqual(done.stderr.count("GROUP_MANAGER_PORT"), 1)

    @unittest.skipIf(SLOWNESS > 1, "UBSan opens a pipe to check an object's type, and takes its failure for a wrong type")
    def test_many_connections_without_descriptors_make_one_line(self):
        import resource
        import socket
        shell = self.start("shell", "--json", *ALONE,
                           preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40)))
        shell.stdin.write("my_id\n")
        host, port = shell.stdout.readline().split('"')[-2].split(":")
        held = [socket.create_connection((host, int(port))) for _ in range(60)]
        time.sleep(4)
        shell.send_signal(signal.SIGTERM)
        shell.wait(ANSWER_TIME)
        for connection in held:
            connection.close()
        self.assertEqual(shell.stderr.read().count("cannot accept"), 1)


if __name__ == "__main__":
    unittest.main()
