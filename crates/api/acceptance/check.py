"""Schemathesis against a running server: whatever its document allows, and what it does not, as three actors.

Usage: check.py URL PASSWORD ACTOR..., where an actor is `anonymous` or the address of a user who signs in with PASSWORD.
It ends with an error when a default check of Schemathesis fails.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

# What ends the session that everything else is called with, or the user: their ids stand in lists. They are called last.
LAST = [
    "POST /api/v1/session",
    "DELETE /api/v1/session",
    "DELETE /api/v1/sessions/{session}",
    "DELETE /api/v1/users/{user}",
    "DELETE /api/v1/users/{user}/sessions",
    "POST /api/v1/users/{user}",
]

# 422 is the answer to what has the right shape and makes no sense, such as days that end before they begin: a JSON schema
# cannot say that. 429 is the answer to who tries many links or passwords. The rest are the tool's own defaults.
ACCEPTED = ["2xx", "401", "403", "404", "409", "422", "429", "5xx"]


def sign_in(url: str, email: str, password: str) -> str:
    body = json.dumps({"email": email, "password": password}).encode()
    request = urllib.request.Request(f"{url}/api/v1/session", body, {"content-type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return answer.headers["set-cookie"].split(";")[0].split("=", 1)[1]


def is_signed_in(url: str, session: str) -> bool:
    """Whether a session has lived to the end: otherwise the rest was tried as nobody."""
    request = urllib.request.Request(f"{url}/api/v1/sessions", headers={"cookie": f"__Host-sid={session}"})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status == 200
    except urllib.error.HTTPError as error:
        print(f"the session has ended: {error.code} {error.read().decode()}")
        return False


def configuration(session: str | None) -> str:
    lines = ["[checks.positive_data_acceptance]", f"expected-statuses = {json.dumps(ACCEPTED)}"]
    if session is not None:
        lines += ["[auth.openapi.session]", f"api_key = {json.dumps(session)}"]
    return "\n".join(lines) + "\n"


def run(url: str, session: str | None, choice: list[str]) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        config = pathlib.Path(folder) / "schemathesis.toml"
        config.write_text(configuration(session))
        program = pathlib.Path(sys.executable).with_name("st")
        # One worker: Python 3.11 counts how deep it parses for all threads together, and Hypothesis parses in each of them.
        options = ["--no-color", "--seed", "1", "--max-examples", "20", "--workers", "1", "--continue-on-failure"]
        command = [program, "--config-file", config, "run", f"{url}/api/v1/openapi.json", *options, *choice]
        return subprocess.run(command, cwd=folder, check=False).returncode == 0


def passes(url: str, session: str | None) -> bool:
    if session is None:
        return run(url, None, [])
    first = run(url, session, [word for name in LAST for word in ("--exclude-name", name)])
    still_signed_in = is_signed_in(url, session)
    last = run(url, session, [word for name in LAST for word in ("--include-name", name)])
    return first and still_signed_in and last


def main(url: str, password: str, *actors: str) -> int:
    # All before anything else: whoever tries passwords is slowed down, from this address as well.
    sessions = {actor: None if actor == "anonymous" else sign_in(url, actor, password) for actor in actors}
    failed = []
    for actor, session in sessions.items():
        print(f"\n=== as {actor}", flush=True)
        if not passes(url, session):
            failed.append(actor)
    print(f"failed as: {', '.join(failed)}" if failed else "no check failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
