#!/usr/bin/env python3
"""What bash offers for a command line that is half typed, by the script of `scalesmall completion bash`."""

import os
import subprocess

from operated import Operated
from program import ANSWER_TIME, PROGRAM, clean_environment, unittest

# Offers for the words in "$@", of which the last is half typed, one a line.
OFFER = """source "$SCRIPT"; COMP_WORDS=(scalesmall "$@"); COMP_CWORD=$#; COMPREPLY=(); _scalesmall || echo failed
printf '%s\\n' "${COMPREPLY[@]}" """


class Completion(Operated):
    def setUp(self):
        super().setUp()
        self.script = f"{self.directory}/completion"
        with open(self.script, "wb") as file:
            file.write(self.assert_done("completion", "bash"))
        os.symlink(PROGRAM, f"{self.directory}/scalesmall")

    def bash(self, text, *words):
        path = f"{self.directory}:{os.environ['PATH']}"
        variables = {"PATH": path, "SCALESMALL_SOCKET": self.socket, "SCRIPT": self.script, "PWNED": f"{self.directory}/pwned"}
        ran = subprocess.run(["bash", "--norc", "-c", text, "bash", *words], capture_output=True, text=True, timeout=ANSWER_TIME, check=True,
                             cwd=self.directory, env=clean_environment() | variables)
        self.assertEqual(ran.stderr, "")
        return ran.stdout

    def offered(self, *words):
        return self.bash(OFFER, *words).split("\n")[:-1]

    def test_words_of_the_program(self):
        self.assertEqual(self.offered("sta"), ["status"])
        self.assertEqual(self.offered("node", "--clu"), ["--cluster"])
        self.assertEqual(self.offered("node", "--liveness", "o"), ["on", "off"])
        self.assertEqual(self.offered("keys", ""), ["list", "add", "use", "remove"])
        self.assertEqual(self.offered("log_level", "e"), ["error"])
        self.assertEqual(self.offered("members", "sh"), [""])  # no node runs

    def test_words_of_the_node(self):
        self.operated()
        self.assert_done("join", "shop")
        self.assertEqual(self.offered("members", "s"), ["shop"])
        self.assertEqual(self.offered("members", "shop", "s"), [""])
        self.assertEqual(self.offered("crash", "group_manager/rec"), ["group_manager/receiver"])

    def test_the_name_of_a_group_runs_nothing(self):
        self.operated()
        evil = ["$(touch${IFS}$PWNED)", "`touch $PWNED`", "x;touch $PWNED", "it's \"q\" a b", "*", "~", "\\$(touch $PWNED)"]
        for name in evil:
            self.assert_done("join", name)
        offered = [x for x in self.offered("members", "") if not x.startswith("--")]
        # The shell takes what was offered for the names and nothing else.
        self.assertEqual(sorted(self.bash(f"printf '%s\\n' {' '.join(offered)}").split("\n")[:-1]), sorted(evil))
        self.assertFalse(os.path.exists(f"{self.directory}/pwned"))


if __name__ == "__main__":
    unittest.main()
