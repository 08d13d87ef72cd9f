"""What the fuzzing shares: how to speak to the server, and where what was learnt is kept."""

import json
import os
import re
import secrets
import time
import uuid

import requests

ADDRESS = os.environ["FUZZ_ADDRESS"]
API = ADDRESS + "/api/v1"
# Begins the names of those of whom the story may do without.
SPARE = "spare "


def uuid7():
    """Makes an id as a client makes one."""
    moment = time.time_ns() // 1_000_000
    bits = (moment & (1 << 48) - 1) << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=bits))


def plain(path):
    """Names a path of the description without its base and without what its ids are called."""
    return re.sub(r"\{[^}]*\}", "{}", path.removeprefix("/api/v1"))


def tally(role, method, path, status):
    """Notes one answer, for the summary."""
    line = {"role": role, "operation": f"{method.upper()} {plain(path)}", "status": status}
    with open(os.environ["FUZZ_TALLY"], "a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def read_cast():
    with open(os.environ["FUZZ_CAST"], encoding="utf-8") as file:
        return json.load(file)


def write_cast(cast):
    with open(os.environ["FUZZ_CAST"], "w", encoding="utf-8") as file:
        json.dump(cast, file, indent=1)


def renew(cast, role):
    """Gives a role an access token that lives: by its refresh token, which is a new one each time."""
    who = cast["roles"][role]
    answer = requests.post(API + "/sessions/refresh", json={"refresh_token": who["refresh_token"]}, timeout=10)
    tally(role, "POST", "/sessions/refresh", answer.status_code)
    if answer.status_code != 200:
        raise RuntimeError(f"the session of {role} ended: {answer.status_code} {answer.text[:300]}")
    who["refresh_token"] = answer.json().get("refresh_token", who["refresh_token"])
    write_cast(cast)
    return answer.json()["access_token"]


def sign_in(cast, role):
    """Opens another session for somebody who has a password."""
    who = cast["roles"][role]
    body = {"email": who["email"], "password": who["password"]}
    answer = requests.post(API + "/sessions", json=body, timeout=30)
    tally(role, "POST", "/sessions", answer.status_code)
    answer.raise_for_status()
    return answer.json()["access_token"]
