"""lit's view of the cases of checks; see check_test.py for what they are."""

import os
import subprocess
import sys

import lit.formats
import lit.Test


class CheckTest(lit.formats.FileBasedTest):
    """A case of a check; golden files beside it are not tests themselves."""

    def __init__(self, source_dir, binary_dir):
        self.source_dir = source_dir
        self.binary_dir = binary_dir

    def getTestsForPath(self, suite, path_in_suite, lit_config, config):
        if path_in_suite[-1].endswith((".fixed.cpp", ".unsafe.cpp")):
            return
        yield from super().getTestsForPath(suite, path_in_suite, lit_config, config)

    def execute(self, test, lit_config):
        command = [
            sys.executable,
            os.path.join(self.source_dir, "test", "check_test.py"),
            "--build=" + self.binary_dir,
            test.getSourcePath(),
        ]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode == 0:
            return lit.Test.PASS, ""
        return lit.Test.FAIL, done.stdout + done.stderr
