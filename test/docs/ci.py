"""Runs each recipe of docs/ci.md in a repository: it lets a branch pass that moves an
old anti-pattern, and stops one that adds another."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import yaml

SOURCE, BUILD = map(pathlib.Path, sys.argv[1:3])
TEXT = (SOURCE / "docs/ci.md").read_text(encoding="utf-8")
RECIPES = {name: body for name, body in
           re.findall(r"<!-- recipe: (\S+) -->\n```\w+\n(.*?)```\n", TEXT, re.S)}
RUN = set()
ENV = dict(os.environ, PATH=f"{BUILD}/bin:{os.environ['PATH']}", WHET=str(SOURCE),
           GIT_AUTHOR_NAME="a", GIT_AUTHOR_EMAIL="a@b", GIT_COMMITTER_NAME="a",
           GIT_COMMITTER_EMAIL="a@b", GIT_CONFIG_GLOBAL="/dev/null",
           XDG_CACHE_HOME=os.path.abspath("cache"))


def recipe(name):
    RUN.add(name)
    return RECIPES[name]


def run(command, folder="repo", env=ENV, **kwargs):
    return subprocess.run(command, cwd=folder, env=env, text=True, capture_output=True,
                          shell=isinstance(command, str), **kwargs)


def must(command, folder="repo", env=ENV):
    done = run(command, folder, env)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done


def growing(name):
    return (f"std::vector<int> {name}(const std::vector<int> &In) {{\n"
            "  std::vector<int> Out;\n  for (int X : In)\n    Out.push_back(X);\n"
            "  return Out;\n}\n")


def write(name, text):
    path = pathlib.Path("repo", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def project():
    """An origin with one old anti-pattern, and a clone of it on a branch."""
    for folder in ("origin", "repo"):
        shutil.rmtree(folder, ignore_errors=True)
    must(["git", "init", "-q", "-b", "main", "repo"], folder=".")
    write("CMakeLists.txt", "cmake_minimum_required(VERSION 3.25)\nproject(x LANGUAGES CXX)\n"
          "file(GLOB_RECURSE sources src/*.cpp)\nadd_library(x STATIC ${sources})\n")
    write(".gitignore", "build/\nwhet.sarif\nshards/\n")
    write("src/net/old.cpp", "#include <vector>\n" + growing("old"))
    write("src/ui/other.cpp", "int other;\n")
    must("git add . && git commit -qm one && git clone -q --bare . ../origin && "
         "git remote add origin ../origin && git fetch -q origin && git checkout -qb branch")
    write("src/net/old.cpp", "#include <vector>\n// moved\n\n" + growing("old"))
    must("git commit -qam two")


def add_one():
    write("src/ui/fresh.cpp", "#include <vector>\n" + growing("fresh"))
    must("git add . && git commit -qm three --no-verify")


# GitHub: the steps that run something, as the runner's shell does.
def github():
    workflow = yaml.safe_load(recipe("github"))
    steps = workflow["jobs"]["whet"]["steps"]
    assert any(s.get("with", {}).get("fetch-depth") == 0 for s in steps)
    upload = next(s for s in steps if "upload-sarif" in s.get("uses", ""))
    for step in steps:
        if "run" not in step:
            continue
        command = step["run"].replace("${{ github.base_ref }}", "main")
        assert "${{" not in command, command
        done = run(["bash", "-e", "-c", command])
        if done.returncode != 0:
            break
    log = json.load(open(pathlib.Path("repo", upload["with"]["sarif_file"])))
    return done.returncode, len(log["runs"][0]["results"])


project()
assert github() == (0, 0), github()
add_one()
assert github() == (1, 1), github()


# GitLab: lines of a script, in one shell, ended by the first that fails.
def gitlab():
    job = yaml.safe_load(recipe("gitlab"))["whet"]
    assert job["variables"]["GIT_DEPTH"] == 0
    env = dict(ENV, CI_MERGE_REQUEST_TARGET_BRANCH_NAME="main", XDG_CACHE_HOME="")
    env["XDG_CACHE_HOME"] = job["variables"]["XDG_CACHE_HOME"].replace(
        "$CI_PROJECT_DIR", os.path.abspath("repo"))
    done = run(["sh", "-e", "-c", "\n".join(job["script"])], env=env)
    kept = pathlib.Path("repo", job["cache"]["paths"][0], "units")
    assert kept.is_dir(), kept
    return done.returncode, done.stdout.count("warning:")


project()
assert gitlab() == (0, 0), gitlab()
add_one()
assert gitlab() == (1, 1), gitlab()

# The hook, by real commits.
project()
must("cmake -S . -B build -DCMAKE_EXPORT_COMPILE_COMMANDS=ON")
hook = pathlib.Path("repo/.git/hooks/pre-commit")
hook.write_text(recipe("hook"))
hook.chmod(0o755)
write("src/net/old.cpp", "#include <vector>\n" + growing("old") + "int harmless;\n")
must("git commit -qam harmless")
write("src/net/old.cpp", "#include <vector>\n" + growing("old") + growing("fresh"))
done = run("git commit -qam worse")
assert done.returncode != 0 and (done.stdout + done.stderr).count("warning:") == 1, done
assert must("git log --format=%s -1").stdout == "harmless\n"
framework = yaml.safe_load(recipe("pre-commit"))["repos"][0]["hooks"][0]
assert not framework["pass_filenames"] and recipe("hook").split("exec ")[1].strip() == framework["entry"]

# The plugin in a build.
project()
done = must(recipe("cmake"))
assert done.stdout.count("warning:") == 1 and "[whet-missing-reserve]" in done.stdout, done.stdout

# Shards are one check.
project()
add_one()
must("cmake -S . -B build -DCMAKE_EXPORT_COMPILE_COMMANDS=ON")
whole = run("whet check -p build -q --color=never")
parts = run("set -e\n" + recipe("shards").replace("whet reduce", "exec whet reduce -q --color=never"))
assert whole.returncode == parts.returncode == 1 and whole.stdout == parts.stdout, (whole, parts)

assert RUN == set(RECIPES), set(RECIPES) - RUN
