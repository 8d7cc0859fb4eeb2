# The test suite's configuration for lit.
#
# Two kinds of test: shell scripts with RUN lines (*.test), and cases of checks
# (checks/**/*.cpp), which check_test.py runs; its own head says what they are.

import os
import subprocess
import sys

import lit.formats
import lit.Test


class CheckTest(lit.formats.FileBasedTest):
    """A case of a check; golden files beside it are not tests themselves."""

    def getTestsInDirectory(self, suite, path, lit_config, config):
        for test in super().getTestsInDirectory(suite, path, lit_config, config):
            name = test.path_in_suite[-1]
            if not name.endswith((".fixed.cpp", ".unsafe.cpp")):
                yield test

    def execute(self, test, lit_config):
        command = [
            sys.executable,
            os.path.join(config.whet_source_dir, "test", "check_test.py"),
            "--build=" + config.whet_binary_dir,
            test.getSourcePath(),
        ]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode == 0:
            return lit.Test.PASS, ""
        return lit.Test.FAIL, done.stdout + done.stderr


config.name = "whet"
config.test_source_root = os.path.join(config.whet_source_dir, "test")
config.test_exec_root = os.path.join(config.whet_binary_dir, "test")
config.test_format = lit.formats.ShTest(execute_external=True)
config.check_test_format = CheckTest()
config.suffixes = [".test"]
config.excludes = ["Inputs"]

tools = config.llvm_tools_dir
bin_dir = os.path.join(config.whet_binary_dir, "bin")
plugin = os.path.join(config.whet_binary_dir, "lib", "WhetTidy.so")
config.environment["PATH"] = os.pathsep.join([tools, os.environ["PATH"]])
for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
    if name in os.environ:
        config.environment[name] = os.environ[name]

config.substitutions += [
    ("%whet-clangd", os.path.join(bin_dir, "whet-clangd")),
    ("%whet-docs", os.path.join(bin_dir, "whet-docs")),
    ("%whet", os.path.join(bin_dir, "whet")),
    ("%plugin", plugin),
    ("%clang-tidy", os.path.join(tools, "clang-tidy") + " --load=" + plugin),
    ("%python", sys.executable),
    ("%source", config.whet_source_dir),
]
