#!/usr/bin/env python3
"""Every way to end the program: the exit status, and the limit of two seconds."""

import fcntl
import os
import pty
import re
import select
import subprocess
import termios

from program import ANSWER_TIME, PROGRAM, STOP_TIME, Test, clean_environment, signal, time, unittest

ALONE = ("--port", "0", "--multicast", "off")


class Stop(Test):
    def test_quit_and_end_of_input(self):
        quitting, ending = self.shell(*ALONE), self.shell(*ALONE)
        self.assertIsNone(quitting.ask("quit"))
        self.assert_stops(quitting)
        ending.ask("join g")
        ending.close()
        self.assert_stops(ending)

    def test_signals_while_idle(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            shell = self.shell("--port", "0")
            shell.ask("join g")
            shell.signal(number)
            self.assert_stops(shell)

    def test_signals_while_busy(self):
        for command in ("sleep 60", "await members nobody 3 60"):
            shell = self.shell(*ALONE)
            shell.ask("my_id")
            shell.send_and_be_read(f"{command}\nmy_id")
            shell.signal(signal.SIGTERM)
            self.assert_stops(shell, status=1)
            self.assertEqual(shell.lines.qsize(), 2, "the command behind must not be carried out")
            self.assertIn('"unavailable"', shell.lines.get())

    def test_stop_in_company(self):
        first, second, third = self.cluster(3)
        seed = first.id()
        for shell in (first, second, third):
            shell.ask(f"join g {seed}")
        for shell in (first, second, third):
            shell.ask("await members g 3")
        first.signal(signal.SIGTERM)
        self.assert_stops(first)
        second.close()
        self.assert_stops(second)
        third.ask("quit")
        self.assert_stops(third)

    def test_what_is_served_by_plan_stands(self):
        first, second = self.cluster(2, "--liveness", "on")
        seed = first.id()
        first.ask("join g")
        second.ask(f"join g {seed}")
        second.ask("serve g 80 --replicas 2 --slots 16 --expect 1")
        first.ask("await topology scalesmall.plan/2/16/g add 1")
        self.assertIsNone(second.ask("quit"))
        self.assert_stops(second)
        self.assertEqual(len(first.ask("topology scalesmall.plan/2/16/g add")), 1)

    def test_node_without_shell(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            node = subprocess.Popen([PROGRAM, "node", *ALONE], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE, text=True, env=clean_environment())
            self.addCleanup(node.kill)
            line = node.stderr.readline()
            self.assertIn("127.0.0.1:", line)
            begin = time.monotonic()
            node.send_signal(number)
            out, _ = node.communicate(timeout=ANSWER_TIME)
            self.assertEqual((node.returncode, out), (0, ""))
            self.assertLess(time.monotonic() - begin, STOP_TIME)


    def test_hang_up(self):
        """A shell ends by SIGHUP, a node if its terminal is gone; otherwise a node reads its settings again."""
        shell = self.shell(*ALONE)
        shell.id()
        shell.signal(signal.SIGHUP)
        self.assert_stops(shell)
        self.assertIn("stopped by SIGHUP", "".join(shell.log))

        terminal, inner = pty.openpty()

        def take_terminal():
            os.setsid()
            fcntl.ioctl(inner, termios.TIOCSCTTY, 0)

        node = subprocess.Popen([PROGRAM, "node", *ALONE], stdin=inner, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                text=True, preexec_fn=take_terminal, env=clean_environment())
        self.addCleanup(node.kill)
        os.close(inner)
        while "listening" not in node.stderr.readline():
            pass
        node.send_signal(signal.SIGHUP)
        while "nothing has changed" not in node.stderr.readline():
            pass
        os.close(terminal)
        _, log = node.communicate(timeout=ANSWER_TIME)
        self.assertEqual(node.returncode, 0)
        self.assertIn("stopped by SIGHUP", log)

    def test_hang_up_that_is_ignored(self):
        node = subprocess.Popen(["nohup", PROGRAM, "node", *ALONE], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True, env=clean_environment())
        self.addCleanup(node.kill)
        while "listening" not in node.stderr.readline():
            pass
        node.send_signal(signal.SIGHUP)
        with self.assertRaises(subprocess.TimeoutExpired):
            node.wait(0.5)
        node.send_signal(signal.SIGTERM)
        node.communicate(timeout=ANSWER_TIME)
        self.assertEqual(node.returncode, 0)


class Terminal(Test):
    """The shell at a terminal: prompt, editing, completion."""

    def setUp(self):
        self.terminal, inner = pty.openpty()
        self.settings = termios.tcgetattr(inner)
        # Without a language the program takes UTF-8 all the same.
        variables = {name: value for name, value in clean_environment().items() if name != "LANG" and name[:3] != "LC_"}

        def take_terminal():
            os.setsid()
            fcntl.ioctl(inner, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen([PROGRAM, "shell", *ALONE], stdin=inner, stdout=inner, stderr=inner,
                                        preexec_fn=take_terminal, env=variables | {"TERM": "xterm"})
        os.close(inner)
        self.addCleanup(os.close, self.terminal)
        self.addCleanup(self.process.kill)

    def expect(self, *texts):
        """Reads until these texts have arrived in this order."""
        seen, end = "", time.monotonic() + ANSWER_TIME
        while not re.search(".*".join(map(re.escape, texts)), seen, re.DOTALL):
            ready, _, _ = select.select([self.terminal], [], [], end - time.monotonic())
            self.assertTrue(ready, f"{texts!r} did not come, but {seen!r}")
            seen += os.read(self.terminal, 4096).decode()
        return seen

    def type(self, text):
        os.write(self.terminal, text.encode())

    def test_editing_and_completion(self):
        self.assertIn("help lists the commands", self.expect("scalesmall> "))
        self.type("joim\x7fn Group1\n")  # backspace
        self.expect("ok\r\n")
        self.type("mem\tGr\t\n")
        self.expect("127.0.0.1:")
        self.type("\x1b[A\n")  # the previous line
        self.expect("127.0.0.1:")
        self.type("my_\t")
        self.assertIn("my_id", self.expect("my_groups"))
        self.type("id\n")
        self.expect("127.0.0.1:", "scalesmall> ")
        self.type("quit\n")
        self.assert_ends()

    def assert_ends(self):
        self.assertEqual(self.process.wait(STOP_TIME), 0)
        self.assertEqual(termios.tcgetattr(self.terminal), self.settings)

    def test_end_of_input_at_the_prompt(self):
        self.expect("scalesmall> ")
        self.type("my_\t")
        self.expect("my_groups")
        self.type("id\n")
        self.expect("127.0.0.1:", "scalesmall> ")
        self.type("\x04")
        self.assert_ends()

    def test_end_of_input_typed_ahead(self):
        self.expect("scalesmall> ")
        self.type("sleep 0.3\n")
        self.expect("sleep 0.3\r\n")
        self.type("\x04")
        self.assert_ends()

    def test_control_space_changes_nothing(self):
        self.expect("scalesmall> ")
        self.type("my_\0id\n")
        self.expect("127.0.0.1:")
        self.type("\0\x04")
        self.assert_ends()

    def test_utf8_without_a_language(self):
        self.expect("scalesmall> ")
        self.type("join Grüße\n")
        self.expect("ok\r\n")
        self.type("my_groups\n")
        self.expect("my_groups\r\n", "Grüße")

    def test_bytes_that_are_not_utf8(self):
        self.expect("scalesmall> ")
        os.write(self.terminal, b"join Gr\xfce\n")
        self.expect("not UTF-8", "scalesmall> ")
        self.type("my_groups\n")
        self.expect("my_groups\r\n", "(none)")

    def test_stop_and_continue(self):
        self.expect("scalesmall> ")
        for _ in range(2):
            self.process.send_signal(signal.SIGSTOP)
            time.sleep(0.1)
            termios.tcsetattr(self.terminal, termios.TCSANOW, self.settings)  # as the login shell does
            self.process.send_signal(signal.SIGCONT)
            self.expect("scalesmall> ")
            self.type("my_i\t\n")
            self.assertEqual(self.expect("127.0.0.1:", "scalesmall> ").count("my_i"), 1)
        self.type("\x04")
        self.assert_ends()

    def test_another_size(self):
        self.expect("scalesmall> ")
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, b"\x28\0\x14\0\0\0\0\0")  # 40 rows of 20 columns
        self.process.send_signal(signal.SIGWINCH)
        self.type("my_id\n")
        self.expect("127.0.0.1:", "scalesmall> ")
        self.type("\x04")
        self.assert_ends()

    def test_hang_up_at_the_prompt(self):
        self.expect("scalesmall> ")
        self.process.send_signal(signal.SIGHUP)
        self.assert_ends()

    def test_signals_at_the_prompt(self):
        self.expect("scalesmall> ")
        self.process.send_signal(signal.SIGTERM)
        self.assert_ends()


if __name__ == "__main__":
    unittest.main()
