"""Validates SARIF logs against the OASIS schema, and for what GitHub asks of them
besides.

    sarif_check.py LOG...

The schema comes from npm's @microsoft/jest-sarif, and is fetched once.
"""
import io
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile

import jsonschema

PACKAGE = "@microsoft/jest-sarif@1.0.0-beta.0"
MEMBER = "package/lib/schemas/sarif-2.1.0-rtm.5.json"


def schema():
    kept = pathlib.Path(os.environ["WHET_CORPUS"]) / "sarif-2.1.0.json"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as scratch:
            subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=scratch, check=True,
                           stdout=subprocess.DEVNULL)
            (package,) = pathlib.Path(scratch).glob("*.tgz")
            with tarfile.open(fileobj=io.BytesIO(package.read_bytes())) as archive:
                text = archive.extractfile(MEMBER).read()
        written = kept.with_suffix(f".{os.getpid()}")
        written.write_bytes(text)
        written.rename(kept)
    return json.loads(kept.read_text(encoding="utf-8"))


def empty_lists(value, place=""):
    """Places of empty lists where GitHub refuses the file for one."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("fixes", "artifactChanges", "replacements", "locations",
                       "relatedLocations") and inner == []:
                yield f"{place}/{key}"
            yield from empty_lists(inner, f"{place}/{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from empty_lists(inner, f"{place}/{number}")


def check(log, validator):
    errors = [e.message[:200] for e in validator.iter_errors(log)]
    errors += [f"{place} is empty" for place in empty_lists(log)]
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    if len(run["results"]) > 25000:
        errors.append("more than 25,000 results")
    for result in run["results"]:
        if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
            errors.append(f"{result['ruleId']} is not rule {result['ruleIndex']}")
        place = result["locations"][0]["physicalLocation"]["artifactLocation"]
        if place.get("uriBaseId") != "%SRCROOT%" or place["uri"].startswith("/"):
            errors.append(f"{place} is not relative to the project")
        if len(result.get("relatedLocations", [])) >= 1000:
            errors.append("more than 1,000 locations")
        for location in result["locations"] + result.get("relatedLocations", []):
            region = location["physicalLocation"]["region"]
            if set(region) != {"startLine", "startColumn", "endLine", "endColumn"}:
                errors.append(f"{region} lacks what GitHub requires")
    prints = [r["partialFingerprints"]["whetFinding/v1"] for r in run["results"]]
    if len(set(prints)) != len(prints):
        errors.append("two results have one fingerprint")
    for rule in rules:
        for form in ("text", "markdown"):
            text = rule["help"][form]
            if not text.startswith(f"# {rule['id']}\n") or "<!--" in text:
                errors.append(f"{rule['id']} has no help, or comments in it")
        if not 0 < len(rule["fullDescription"]["text"]) <= 1024:
            errors.append(f"{rule['id']} has no description that GitHub takes")
    return errors


def main():
    validator = jsonschema.Draft4Validator(schema())
    failed = False
    for name in sys.argv[1:]:
        with open(name, encoding="utf-8") as f:
            errors = check(json.load(f), validator)
        for error in errors:
            print(f"{name}: {error}")
        failed |= bool(errors)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
