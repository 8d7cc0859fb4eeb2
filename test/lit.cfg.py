# The test suite's configuration for lit.
#
# Two kinds of test: shell scripts with RUN lines (*.test), and cases of checks
# (checks/**/*.cpp), which check_test.py runs; its own head says what they are.

import os
import sys

import lit.formats

sys.path.insert(0, os.path.join(config.whet_source_dir, "test"))
from check_format import CheckTest

config.name = "whet"
config.test_source_root = os.path.join(config.whet_source_dir, "test")
config.test_exec_root = os.path.join(config.whet_binary_dir, "test")
config.test_format = lit.formats.ShTest(execute_external=True)
config.check_test_format = CheckTest(config.whet_source_dir, config.whet_binary_dir)
config.suffixes = [".test"]
config.excludes = ["Inputs"]

tools = config.llvm_tools_dir
bin_dir = os.path.join(config.whet_binary_dir, "bin")
plugin = os.path.join(config.whet_binary_dir, "lib", "WhetTidy.so")
config.environment["PATH"] = os.pathsep.join([tools, os.environ["PATH"]])
for name in ("HOME", "XDG_CONFIG_HOME"):
    if name in os.environ:
        config.environment[name] = os.environ[name]
# Not the user's results; but projects that were fetched are fetched once.
config.environment["WHET_CORPUS"] = os.path.join(
    os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")), "whet", "corpus")
config.environment["XDG_CACHE_HOME"] = os.path.join(config.whet_binary_dir, "test", "cache")

config.substitutions += [
    ("%whet-clangd", os.path.join(bin_dir, "whet-clangd")),
    ("%whet-docs", os.path.join(bin_dir, "whet-docs")),
    ("%whet", os.path.join(bin_dir, "whet")),
    ("%plugin", plugin),
    ("%clang-tidy", os.path.join(tools, "clang-tidy") + " --load=" + plugin),
    ("%python", sys.executable),
    ("%source", config.whet_source_dir),
    ("%build", config.whet_binary_dir),
]
