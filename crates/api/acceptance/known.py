"""Questions about what an installation has: its accounts, their days, and a draft whose test has found something.

What Schemathesis makes up rarely names an account that is there and days that it has, so that most of it is answered with a
refusal or with nothing. These are tried as well (hooks.py), and have answers with something in them.
"""

import datetime
import json
import urllib.error
import urllib.request
from collections.abc import Iterator


def send(url: str, session: str, question: dict) -> tuple[int, bytes]:
    """Asks, and returns the status and the body."""
    method, path = question["label"].split(" ", 1)
    for name, value in question.get("path", {}).items():
        path = path.replace("{" + name + "}", value)
    query = "&".join(f"{name}={value}" for name, value in question.get("query", {}).items())
    body = question.get("body")
    headers = {"cookie": f"__Host-sid={session}"}
    if body is not None:
        headers["content-type"] = "application/json"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{url}{path}?{query}" if query else f"{url}{path}", data, headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def ask(url: str, session: str, label: str, **question: dict) -> dict:
    status, body = send(url, session, {"label": label, **question})
    assert status < 300, f"{label}: {status} {body.decode()}"
    return json.loads(body)


def failed_draft(url: str, session: str, key: str) -> str:
    """The id of a draft with a key whose test fails, so that its checks have findings."""
    draft = ask(url, session, "POST /api/v1/connection-drafts", body={"admin_key": key})["id"]
    ask(url, session, "POST /api/v1/connection-drafts/{draft}/test", path={"draft": draft})
    return draft


def questions(accounts: list[str], draft: str) -> Iterator[dict]:
    """All of them, about these accounts and this draft."""
    today = datetime.datetime.now(datetime.timezone.utc).date()
    first, end = today - datetime.timedelta(20), today + datetime.timedelta(1)
    middle = today - datetime.timedelta(10)
    days = {"start": f"{first}", "end": f"{end}"}
    report = {
        "metrics": ["cost", "requests", "tokens", "cost_per_request"],
        "period": {"kind": "days", **days},
        "interval": "week",
        "group_by": ["project", "genai/model"],
        "compare": True,
    }
    change = {"before": {"start": f"{first}", "end": f"{middle}"}, "after": {"start": f"{middle}", "end": f"{end}"}}
    for path in ["costs/daily", "cube", "reconciliation"]:
        yield {"label": f"GET /api/v1/{path}", "query": days}
        for account in accounts:
            yield {"label": f"GET /api/v1/{path}", "query": {**days, "connection": account}}
    for version in ["1.2", "1.4"]:
        for form in ["csv", "parquet"]:
            file = {"month": f"{today:%Y-%m}", "version": version, "format": form}
            yield {"label": "GET /api/v1/exports/focus", "query": file}
    for path in ["reports/query", "reports/query.csv"]:
        yield {"label": f"POST /api/v1/{path}", "body": report}
    yield {"label": "POST /api/v1/changes/query", "body": change}
    for account in accounts:
        rename = {"name": f"Account {account[-4:]}"}
        yield {"label": "POST /api/v1/connections/{connection}", "path": {"connection": account}, "body": rename}
        for label in ["GET /api/v1/connections/{connection}", "GET /api/v1/connections/{connection}/test"]:
            yield {"label": label, "path": {"connection": account}}
        for what in ["import", "pause", "resume", "test"]:
            yield {"label": f"POST /api/v1/connections/{{connection}}/{what}", "path": {"connection": account}}
        yield {"label": "GET /api/v1/upstream-calls", "query": {"connection": account}}
        yield {"label": "GET /api/v1/audit-events", "query": {"object": account}}
    for label in ["GET /api/v1/connection-drafts/{draft}", "GET /api/v1/connection-drafts/{draft}/diagnosis"]:
        yield {"label": label, "path": {"draft": draft}}


def unanswered(url: str, session: str, asked: list[dict]) -> list[str]:
    """Operations that none of the questions has an answer of: whoever may do everything gets one of each."""
    answered = {question["label"] for question in asked if send(url, session, question)[0] < 300}
    return sorted({question["label"] for question in asked} - answered)
