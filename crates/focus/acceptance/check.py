"""FOCUS files, judged by other people's programs.

python check.py FOLDER judges the files of the example `sample` in a folder, or those that export.py has put into folders
below it: focus-data-toolkit converts the FOCUS 1.2 file to FOCUS 1.4 and validates it, and the FOCUS 1.4
file as it is; DuckDB reads CSV and Parquet, which must say the same and sum to what was billed.
"""

import csv
import json
import pathlib
import shutil
import subprocess
import sys
from decimal import Decimal

import duckdb

toolkit = pathlib.Path(sys.executable).parent / "focus-toolkit"
# What OpenAI has: prices by unit, and several kinds of them.
SUPPORTS = ["--supports", "SupportsUnitPricing", "--supports", "SupportsMultiplePricingCategories"]


def run(*arguments):
    print("    $ focus-toolkit", *arguments, flush=True)
    return subprocess.run([toolkit, *map(str, arguments)], check=False).returncode


def validate(file):
    return run("validate", "--dataset", "cost-and-usage", *SUPPORTS, file)


def convert(file, out):
    shutil.rmtree(out, ignore_errors=True)
    # Without this policy a conversion counts as incomplete because there are no contracts and invoices to convert.
    return run("convert", "--cost-and-usage", file, "--out", out, "--exit-policy", "pipeline", *SUPPORTS)


TYPES = {
    "BilledCost": "DECIMAL(38,12)",
    "ConsumedQuantity": "DECIMAL(38,12)",
    "ChargePeriodStart": "TIMESTAMP WITH TIME ZONE",
    "BillingPeriodEnd": "TIMESTAMP WITH TIME ZONE",
    "SkuId": "VARCHAR",
    "x_Requests": "BIGINT",
}


def comparable(name, kind):
    """Both files' values of a column in one type."""
    if kind.startswith("TIMESTAMP"):
        return f'epoch_us(CAST("{name}" AS {{timestamp}})) AS "{name}"'
    return f'CAST("{name}" AS {kind}) AS "{name}"'


def check_conformance(folder):
    """Nobody finds a violation."""
    converted = folder / "converted"
    assert convert(folder / "focus-1.2.csv", converted) == 0
    manifest = json.loads((converted / "focus_1_4_manifest.json").read_text())
    assert manifest["diagnostics"] == [], manifest["diagnostics"]
    assert manifest["detection"]["confidence"] == "HIGH", manifest["detection"]
    assert validate(converted / "focus_1_4_cost_and_usage.csv") == 0
    assert validate(folder / "focus-1.4.csv") == 0

    # A judge that accepts anything is none.
    with open(folder / "focus-1.4.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    next(row for row in rows if row["ConsumedQuantity"])["ChargeCategory"] = "Purchase"
    with open(folder / "wrong.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    assert validate(folder / "wrong.csv") == 1, "a purchase that consumes is a violation"


def check_contents(folder):
    """CSV and Parquet say the same, and sum to what was billed."""
    expected = json.loads((folder / "expected.json").read_text())
    for version in ["1.2", "1.4"]:
        comma, parquet = (f"'{folder}/focus-{version}.{ending}'" for ending in ["csv", "parquet"])
        texts = f"read_csv({comma}, all_varchar = true, header = true, nullstr = '', quote = '\"', escape = '\"')"
        described = duckdb.sql(f"DESCRIBE SELECT * FROM read_parquet({parquet})").fetchall()
        types = {name: kind for name, kind, *_ in described}
        assert types.items() >= TYPES.items(), types
        assert list(types) == duckdb.sql(f"SELECT * FROM {texts} LIMIT 0").columns
        columns = ", ".join(comparable(name, kind) for name, kind in types.items())
        from_texts = f"SELECT {columns.format(timestamp='TIMESTAMP')} FROM {texts}"
        from_parquet = f"SELECT {columns.format(timestamp='TIMESTAMP WITH TIME ZONE')} FROM read_parquet({parquet})"
        for one, other in [(from_texts, from_parquet), (from_parquet, from_texts)]:
            assert duckdb.sql(f"({one}) EXCEPT ALL ({other})").fetchall() == []
        for source in [from_texts, from_parquet]:
            count, billed = duckdb.sql(f"SELECT count(*), sum(BilledCost) FROM ({source})").fetchall()[0]
            assert count == expected["rows"] > 0
            assert billed == Decimal(expected["billed"]), (billed, expected["billed"])
        print(f"FOCUS {version}: DuckDB reads {count} rows from CSV and Parquet, which are the same and sum to {billed}")


folders = [expected.parent for expected in sorted(pathlib.Path(sys.argv[1]).rglob("expected.json"))]
assert folders, "there is nothing to judge"
for folder in folders:
    print(f"    {folder.name}", flush=True)
    check_conformance(folder)
    check_contents(folder)
