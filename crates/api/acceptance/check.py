"""Schemathesis against a running server: whatever its document allows, and what it does not, as several actors.

Usage: ADMIN_KEY=KEY check.py URL PASSWORD ACTOR..., where an actor is `anonymous` or the address of a user who signs in with
PASSWORD; the last one may do everything. The server has accounts, and KEY is one whose test fails. It ends with an error when
a default check of Schemathesis fails.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

import known

# What ends the session that everything else is called with, the user, or an account: their ids stand in lists. They are
# called last.
LAST = [
    "POST /api/v1/connections/{connection}/disconnect",
    "POST /api/v1/session",
    "DELETE /api/v1/session",
    "DELETE /api/v1/sessions/{session}",
    "DELETE /api/v1/users/{user}",
    "DELETE /api/v1/users/{user}/sessions",
    "POST /api/v1/users/{user}",
]

# By default, what a schema allows may not be answered with 422 or 429. 422 is our answer to what has the right shape and makes
# no sense, such as days that end before they begin: a JSON schema cannot say that. 429 is the answer to who tries many links
# or passwords. The rest are the tool's own defaults.
ACCEPTED = ["2xx", "401", "403", "404", "409", "422", "429", "5xx"]

# Each operation is tried with what its schema leads to, which are several thousand requests, and with so many inputs by chance:
# in the long run as many as the tool would take by itself. Three actors then take eleven minutes rather than three.
EXAMPLES = "100" if os.environ.get("LONG_TESTS") else "20"

HOOKS = pathlib.Path(__file__).with_name("hooks.py")


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
    lines = [f"hooks = {json.dumps(str(HOOKS))}"]
    lines += ["[checks.positive_data_acceptance]", f"expected-statuses = {json.dumps(ACCEPTED)}"]
    if session is not None:
        lines += ["[auth.openapi.session]", f"api_key = {json.dumps(session)}"]
    return "\n".join(lines) + "\n"


def run(url: str, session: str | None, examples: dict, choice: list[str]) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        config = pathlib.Path(folder) / "schemathesis.toml"
        config.write_text(configuration(session))
        file = pathlib.Path(folder) / "examples.json"
        file.write_text(json.dumps(examples))
        program = pathlib.Path(sys.executable).with_name("st")
        # One worker: Python 3.11 counts how deep it parses for all threads together, and Hypothesis parses in each of them.
        options = ["--no-color", "--seed", "1", "--max-examples", EXAMPLES, "--workers", "1", "--continue-on-failure"]
        command = [program, "--config-file", config, "run", f"{url}/api/v1/openapi.json", *options, *choice]
        environment = {**os.environ, "EXAMPLES": str(file)}
        return subprocess.run(command, cwd=folder, env=environment, check=False).returncode == 0


def passes(url: str, session: str | None, examples: dict) -> bool:
    if session is None:
        return run(url, None, examples, [])
    first = run(url, session, examples, [word for name in LAST for word in ("--exclude-name", name)])
    still_signed_in = is_signed_in(url, session)
    last = run(url, session, examples, [word for name in LAST for word in ("--include-name", name)])
    return first and still_signed_in and last


def main(url: str, password: str, *actors: str) -> int:
    # All before anything else: whoever tries passwords is slowed down, from this address as well.
    sessions = {actor: None if actor == "anonymous" else sign_in(url, actor, password) for actor in actors}
    everything = sessions[actors[-1]]
    accounts = known.ask(url, everything, "GET /api/v1/connections")["items"]
    assert accounts, "the server has no accounts"
    draft = known.failed_draft(url, everything, os.environ["ADMIN_KEY"])
    asked = list(known.questions([account["id"] for account in accounts], draft))
    without = known.unanswered(url, everything, asked)
    assert not without, f"no question has an answer: {without}"
    failed = []
    for actor, session in sessions.items():
        print(f"\n=== as {actor}", flush=True)
        if not passes(url, session, {"questions": asked, "everything": session == everything}):
            failed.append(actor)
    print(f"failed as: {', '.join(failed)}" if failed else "no check failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
