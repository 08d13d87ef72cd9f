"""Reads what the runs left behind, says what it means, and ends with `N passed, N failed`.

One operation as one role is one test. Whatever else must hold (every scene of the cast, one success
for each operation, no panic, a server that drains) is one test each.
"""

import collections
import json
import os
import pathlib
import re
import sys

from known import plain

# Operations that cannot succeed here, each with its reason.
NEVER_SUCCEEDS = {
    "POST /accounts/me/second-factor/confirmation": "needs a clock and a secret: tests/it/second_factor.rs",
    "POST /accounts/me/email-verification/confirmation": "needs the letter with the code: tests/it/mail.rs",
    "POST /accounts/me/phone-number/confirmation": "needs the call with the code: tests/it/phone.rs",
    "GET /api-spec/openapi.json": "the fuzzing itself is made from it",
    "GET /live": "a socket, not a request: the tests of the live socket speak to it",
}

out = pathlib.Path(sys.argv[1])
passed = 0
failures = []


def check(holds, otherwise):
    global passed
    if holds:
        passed += 1
    else:
        failures.append(otherwise)


def lines(name):
    path = out / name
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


# Each run of schemathesis, by its own report.
for run in lines("runs.jsonl"):
    name, report = run["name"], out / f"{run['name']}.json"
    if not report.exists():
        failures.append(f"{name}: ended with {run['exit']} and left no report (see {name}.log)")
        continue
    verdict = json.loads(report.read_text(encoding="utf-8"))
    operations = verdict["operations"] or {"tested": 0, "selected": 0}
    bad = collections.defaultdict(set)
    for failure in verdict["failures"]:
        for operation in failure["operations"] or ["(no operation)"]:
            bad[operation].add(failure["title"])
    good = max(operations["tested"] - len(bad), 0)
    print(
        f"{name}: {operations['tested']} operations, {verdict['test_cases']['generated']} requests made up, "
        f"{len(bad)} operations answered wrongly"
    )
    passed += good
    failures += [f"{name}: {operation}: {'; '.join(sorted(titles))}" for operation, titles in sorted(bad.items())]
    failures += [f"{name}: {error['title']} (x{error['count']}, see {name}.log)" for error in verdict["errors"]]
    check(operations["tested"] > 0, f"{name}: no operation was tested")
    check(verdict["complete"] and (run["exit"] == 0 or bad or verdict["errors"]), f"{name}: ended with {run['exit']}")
check((out / "runs.jsonl").exists(), "nothing was run")

# The cast.
cast = out / "cast.json"
cut = json.loads(cast.read_text(encoding="utf-8"))["refused"] if cast.exists() else "all"
check(cut == 0, f"{cut} scenes of the cast were cut short (see cast.log)")

# Every operation succeeded once, as somebody.
answers = lines("tally.jsonl")
succeeded = {answer["operation"] for answer in answers if 200 <= answer["status"] < 300}
try:
    spec = json.loads((out / "openapi.json").read_text(encoding="utf-8"))
except OSError:
    spec = {"paths": {}}
methods = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
described = {
    f"{method.upper()} {plain(path)}" for path, item in spec["paths"].items() for method in item if method in methods
}
check(described, "the description names no operation")
for operation in sorted(described - set(NEVER_SUCCEEDS)):
    if os.environ.get("FUZZ_SUCCESS") == "say" and operation not in succeeded:
        print(f"never succeeded, as anybody: {operation}")
    else:
        check(operation in succeeded, f"never succeeded, as anybody: {operation}")

# What came back, and whether the limits left anything to see.
statuses = collections.Counter(answer["status"] for answer in answers)
print("answers: " + ", ".join(f"{count} x {status}" for status, count in sorted(statuses.items())))
limited = statuses[429]
check(
    limited * 5 <= sum(statuses.values()),
    f"{limited} of {sum(statuses.values())} answers were 429: raise the limits for this run (FUZZ_SERVE, DAYBOOK_*)",
)

# The server itself.
log = (out / "serve.log").read_text(encoding="utf-8", errors="replace")
panics = re.findall(r"panicked at[^\n]*", log)
check(not panics, f"{len(panics)} panics in serve.log, the first: {panics[0] if panics else ''}")
check(sys.argv[2] == "yes", "asked to stop, the server did not end well within 30 s")

for failure in failures:
    print(f"FAILED {failure}")
print(f"{passed} passed, {len(failures)} failed")
sys.exit(bool(failures))
