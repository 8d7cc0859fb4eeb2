"""Changes a project in each way that matters, and compares every run with one that
has no cache."""
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import sys
import time

WHET = sys.argv[1]
CACHE = os.path.abspath("cache")
ONE = pathlib.Path("one").absolute()


def growing(name, container="std::vector<int>"):
    return (f"inline {container} {name}(const std::vector<int> &In) {{\n"
            f"  {container} Out;\n  for (int X : In)\n    Out.push_back(X);\n"
            f"  return Out;\n}}\n")


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def database(root, flags=""):
    names = sorted(p.name for p in (root / "src").glob("*.cpp"))
    write(root / "build/compile_commands.json", json.dumps([
        {"directory": str(root / "build"), "file": str(root / "src" / n),
         "command": f"c++ -std=c++17 {flags} -I{root}/first -I{root}/include "
                    f"-I{root}/build -isystem {root}/system -o x.o -c {root}/src/{n}"}
        for n in names]))


def make(root):
    write(root / "include/a.h", "#include <vector>\n" + growing("inHeader"))
    write(root / "system/outer.h", "#define OUTER 1\n")
    write(root / "build/generated.h", "#define GENERATED 1\n")
    write(root / "src/one.cpp", '#include "a.h"\n#include "generated.h"\n' + growing("one"))
    write(root / "src/two.cpp", "#include <outer.h>\n#include <vector>\n"
          "#ifdef FLAG\n" + growing("flagged") + "#endif\n"
          "#if OUTER == 2\n" + growing("outer") + "#endif\n"
          "#if __has_include(\"later.h\")\n#include \"later.h\"\n#endif\n")
    (root / "first").mkdir(exist_ok=True)
    # The project's root is where its repository is.
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    database(root)


def whet(root, *args, cache=True, command="check", env=None):
    done = subprocess.run(
        [WHET, command, "-p", str(root / "build"), "--color=never",
         f"--cache-dir={CACHE}" if cache else "--no-cache", *args],
        cwd=root, text=True, capture_output=True, env=env)
    return done


def check(root, cached, *args, what=""):
    """Runs with the cache, of whose units `cached` are to be hits, and without."""
    kept = whet(root, *args)
    plain = whet(root, *args, cache=False)
    assert kept.stdout == plain.stdout and kept.returncode == plain.returncode, (
        what, kept.stdout, plain.stdout, kept.stderr, plain.stderr)
    match = re.search(r"\((\d+) cached\)", kept.stderr)
    hits = int(match.group(1)) if match else 0
    assert hits == cached, (what, hits, kept.stderr)
    return kept.stdout.count("warning:")


def units():
    return sorted(pathlib.Path(CACHE, "units").glob("llvmcache-*-*")) or sorted(
        p for p in pathlib.Path(CACHE, "units").glob("llvmcache-?*") if "timestamp" not in p.name)


make(ONE)
assert check(ONE, 0, what="cold") == 2
assert check(ONE, 2, what="warm") == 2

# Contents.
write(ONE / "include/a.h", "#include <vector>\n\n" + growing("inHeader"))
check(ONE, 1, what="a header")
write(ONE / "system/outer.h", "#define OUTER 2\n")
assert check(ONE, 1, what="a system header") == 3
write(ONE / "build/generated.h", "#define GENERATED 2\n")
check(ONE, 1, what="a generated header")
check(ONE, 2, what="warm again")
# The same contents, at the same time and of the same size, but other ones.
stat = (ONE / "include/a.h").stat()
write(ONE / "include/a.h", "#include <vector>\n\n" + growing("inHeaber"))
os.utime(ONE / "include/a.h", ns=(stat.st_atime_ns, stat.st_mtime_ns))
check(ONE, 1, what="a header that kept its time")
for path in ONE.rglob("*"):
    os.utime(path)
check(ONE, 2, what="touched")
# Back to what it was: entries of both are kept.
write(ONE / "system/outer.h", "#define OUTER 1\n")
check(ONE, 2, what="changed back")

# Commands and options.
database(ONE, "-DFLAG")
assert check(ONE, 0, what="a flag") == 3
database(ONE)
check(ONE, 2, what="without the flag")
assert check(ONE, 0, "--checks=-*", what="checks") == 0
write(ONE / ".clang-tidy", "CheckOptions: {whet-missing-reserve.MinTripCount: 6}\n")
check(ONE, 0, what="a .clang-tidy")
write(ONE / "src/.clang-tidy", "Checks: '-*,whet-none'\n")
assert check(ONE, 0, what="a nested .clang-tidy") == 0
(ONE / "src/.clang-tidy").unlink()
check(ONE, 2, what="without the nested one")
write(ONE.parent / ".clang-tidy", "Checks: '-*,whet-none'\n")
assert check(ONE, 0, what="a .clang-tidy above the project") == 2
(ONE / ".clang-tidy").unlink()
assert check(ONE, 0, what="inherited") == 0
(ONE.parent / ".clang-tidy").unlink()
check(ONE, 2, what="none")
env = dict(os.environ, CPLUS_INCLUDE_PATH=str(ONE / "elsewhere"))
assert "cached" not in whet(ONE, env=env).stderr

# New files that shadow, or are looked for.
write(ONE / "first/a.h", "#include <vector>\n")
assert check(ONE, 1, what="a header before another") == 1
(ONE / "first/a.h").unlink()
check(ONE, 2, what="no longer")
write(ONE / "src/a.h", "#include <vector>\n" + growing("beside"))
assert check(ONE, 1, what="a header beside the file") == 2
(ONE / "src/a.h").unlink()
write(ONE / "include/later.h", growing("later"))
assert check(ONE, 1, what="a header that was asked for") == 3
(ONE / "include/later.h").unlink()
write(ONE / "include/vector", "#include_next <vector>\n")
check(ONE, 0, what="a header before the system's")
(ONE / "include/vector").unlink()

# Renames, and new files.
(ONE / "src/two.cpp").rename(ONE / "src/three.cpp")
database(ONE)
check(ONE, 1, what="a renamed file")
(ONE / "src/three.cpp").rename(ONE / "src/two.cpp")
database(ONE)
check(ONE, 2, what="renamed back")

# A failed file is kept with its reason, until what it lacked is there.
write(ONE / "src/wrong.cpp", '#include "nowhere.h"\n')
database(ONE)
check(ONE, 2, what="a wrong file")
check(ONE, 3, what="still wrong")
write(ONE / "include/nowhere.h", "")
check(ONE, 2, what="not wrong any more")
(ONE / "src/wrong.cpp").unlink()
database(ONE)

# Another checkout shares what this one found, with its own paths.
TWO = pathlib.Path("elsewhere/two").absolute()
make(TWO)
shutil.copy(ONE / "include/a.h", TWO / "include/a.h")
shutil.copy(ONE / "build/generated.h", TWO / "build/generated.h")
assert check(TWO, 2, what="another checkout") == 2
out = whet(TWO, "--format=json").stdout
assert str(TWO.resolve()) in out and str(ONE.resolve()) not in out, out
# Fixes from the cache are applied to this checkout.
assert whet(TWO, command="fix").returncode == 0
assert "reserve" in (TWO / "src/one.cpp").read_text()
assert "reserve" not in (ONE / "src/one.cpp").read_text()
# What lies beside the project is another matter: the paths lead elsewhere.
for root in (ONE, TWO):
    write(root.parent / "beside/b.h", "#include <vector>\n")
    write(root / "src/two.cpp", '#include "../../beside/b.h"\n' + growing("two"))
check(ONE, 1, what="beside")
# What was fixed was analysed once more with its fixes, and is known.
check(TWO, 1, what="beside, elsewhere")
check(TWO, 2, what="beside, elsewhere, again")

# Damage is a miss.
check(ONE, 2, what="before the damage")
for damage in ("truncated", "flipped", "empty", "foreign", "rewritten"):
    for unit in units():
        text = unit.read_bytes()
        if len(text) < 300:  # damaged before, and not needed since
            continue
        unit.write_bytes({"truncated": text[:len(text) // 2],
                          "flipped": text[:200] + bytes([text[200] ^ 1]) + text[201:],
                          "empty": b"", "foreign": b"\x00\xff" * 1000,
                          # Whole by its checksum, but of another version.
                          "rewritten": text.replace(b"whet units 1", b"whet units 0")}[damage])
    check(ONE, 0, what=damage)
    check(ONE, 2, what=f"after {damage}")
for note in pathlib.Path(CACHE, "projects").iterdir():
    note.write_bytes(b"\xff 1 2 3\n\n1 2 3 4 5\n")
check(ONE, 2, what="damaged notes")

# Two drivers at once.
shutil.rmtree(CACHE)
both = [subprocess.Popen([WHET, "check", "-p", "build", f"--cache-dir={CACHE}", "-q"], cwd=ONE,
                         stdout=subprocess.PIPE, text=True) for _ in range(2)]
outputs = [p.communicate()[0] for p in both]
assert outputs[0] == outputs[1] and "warning:" in outputs[0]
check(ONE, 2, what="two drivers")

# A driver that is killed leaves a cache that works.
for delay in (0.02, 0.05, 0.1, 0.15, 0.2, 0.3):
    shutil.rmtree(CACHE, ignore_errors=True)
    driver = subprocess.Popen([WHET, "check", "-p", "build", f"--cache-dir={CACHE}"], cwd=ONE,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(delay)
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    kept, plain = whet(ONE), whet(ONE, cache=False)
    assert kept.stdout == plain.stdout, delay

# A full disk, and a folder that cannot be used, are warnings.
def no_space():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

shutil.rmtree(CACHE, ignore_errors=True)
full = subprocess.run([WHET, "check", "-p", "build", f"--cache-dir={CACHE}"], cwd=ONE, text=True,
                      stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=no_space)
assert full.stderr.count("warning: the cache in") == 1 and "File too large" in full.stderr, full.stderr
assert full.returncode == 1 and "warning:" in full.stdout
left = [p.name for p in pathlib.Path(CACHE).rglob("*") if ".tmp-" in p.name]
assert not left, left
shutil.rmtree(CACHE, ignore_errors=True)
pathlib.Path(CACHE).write_text("a file")
assert "warning: the cache in" in whet(ONE).stderr
os.remove(CACHE)

# The size limit: the least recently used go first.
check(ONE, 0, what="before the limit")
sizes = {u: u.stat().st_size for u in units()}
oldest = units()[0]
os.utime(oldest, (1, 1))
write(ONE / "src/fresh.cpp", "int fresh;\n")
database(ONE)
limit = sum(sizes.values())
whet(ONE, "src/fresh.cpp", f"--cache-size={limit}")
assert not oldest.exists() and len(units()) == 2, units()

# stats and clear, in the default place, which follows XDG; other files stay.
env = dict(os.environ, XDG_CACHE_HOME=os.path.abspath("xdg"))
subprocess.run([WHET, "check", "-p", "build", "-q"], cwd=ONE, env=env, stdout=subprocess.DEVNULL)
write(pathlib.Path("xdg/whet/units/mine"), "not whet's")
stats = subprocess.run([WHET, "cache", "stats"], env=env, text=True, capture_output=True).stdout
assert re.fullmatch(rf"{os.path.abspath('xdg')}/whet: 3 files analysed, \d+ KiB\n", stats), stats
subprocess.run([WHET, "cache", "clear"], env=env, check=True)
assert [p.name for p in pathlib.Path("xdg").rglob("*") if p.is_file()] == ["mine"]
stats = subprocess.run([WHET, "cache", "stats"], env=env, text=True, capture_output=True).stdout
assert stats.endswith(": 0 files analysed, 0 KiB\n"), stats
