"""FOCUS files that a running server writes of what it imported, for check.py to judge.

ADMIN_KEYS="KEY ..." python export.py URL EMAIL PASSWORD UPSTREAM FOLDER signs in and puts this month's and the last month's
files of all accounts into folders below FOLDER, each with what OpenAI's API at UPSTREAM says of the same days to the accounts'
keys when it is asked without any grouping.
"""

import datetime
import decimal
import json
import os
import pathlib
import sys
import urllib.parse
import urllib.request

# Amounts have up to 36 digits.
decimal.getcontext().prec = 100


def first_of_month(day):
    return day.replace(day=1)


def seconds(day):
    return int(datetime.datetime.combine(day, datetime.time(), datetime.timezone.utc).timestamp())


def billed(upstream, key, start, end):
    """What a key's organization is billed for the days from one to another."""
    asked = urllib.parse.urlencode({"start_time": seconds(start), "end_time": seconds(end), "limit": 31})
    request = urllib.request.Request(f"{upstream}/v1/organization/costs?{asked}", headers={"authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request) as answer:
        page = json.loads(answer.read(), parse_float=decimal.Decimal, parse_int=decimal.Decimal)
    assert not page["has_more"]
    rows = [row for bucket in page["data"] for row in bucket["results"] if "amount" in row]
    return sum((decimal.Decimal(row["amount"]["value"]) for row in rows), decimal.Decimal(0))


def main(url, email, password, upstream, folder):
    body = json.dumps({"email": email, "password": password}).encode()
    sign_in = urllib.request.Request(f"{url}/api/v1/session", body, {"content-type": "application/json"})
    with urllib.request.urlopen(sign_in) as answer:
        cookie = answer.headers["set-cookie"].split(";")[0]
    today = datetime.datetime.now(datetime.timezone.utc).date()
    month = first_of_month(today)
    spans = [(first_of_month(month - datetime.timedelta(1)), month), (month, today + datetime.timedelta(1))]
    for start, end in spans:
        files = pathlib.Path(folder) / f"{start:%Y-%m}"
        files.mkdir(parents=True)
        for version in ["1.2", "1.4"]:
            for form in ["csv", "parquet"]:
                asked = urllib.parse.urlencode({"month": f"{start:%Y-%m}", "version": version, "format": form})
                request = urllib.request.Request(f"{url}/api/v1/exports/focus?{asked}", headers={"cookie": cookie})
                with urllib.request.urlopen(request) as answer:
                    rows = int(answer.headers["x-row-count"])
                    (files / f"focus-{version}.{form}").write_bytes(answer.read())
        total = sum(billed(upstream, key, start, end) for key in os.environ["ADMIN_KEYS"].split(" ")).normalize()
        print(f"    {start:%Y-%m}: {rows} rows, billed {total:f}", flush=True)
        # On the last days of a month nothing is imported of the one before, and there is nothing to judge.
        if rows > 0 or total != 0:
            (files / "expected.json").write_text(json.dumps({"rows": rows, "billed": f"{total:f}"}))


if __name__ == "__main__":
    main(*sys.argv[1:])
