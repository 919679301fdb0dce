"""Adds up rows of usage: `duckdb_rows.py load ROWS.csv FILE` keeps them in a file, and `duckdb_rows.py ask FILE COLUMN`
groups them by a column and prints `figure duckdb_COLUMN_us N`, the median."""

import statistics
import sys
import time

import duckdb

NUMBERS = ["start", "requests", "input", "output"]
TEXTS = ["account", "stream", "project", "api_key", "user", "model", "batch", "service_tier"]
TEXTS += ["size", "source", "context_level", "vector_store"]
REPEATS = 10


def load(path, file):
    with open(path) as rows:
        header = rows.readline().strip().split(",")
    types = {name: "BIGINT" if name in NUMBERS else "VARCHAR" for name in header}
    assert sorted(types) == sorted(NUMBERS + TEXTS), types
    # A file, as ours is one: there DuckDB keeps its columns compressed, which is seven times as fast as its memory.
    database = duckdb.connect(file)
    rows = "read_csv(?, header = true, auto_detect = false, columns = ?)"
    database.execute(f"CREATE TABLE rows AS SELECT * FROM {rows}", [path, types])
    database.execute("CHECKPOINT")
    print("figure duckdb_rows", database.execute("SELECT COUNT(*) FROM rows").fetchone()[0])


def ask(file, column):
    assert column in TEXTS, column
    database = duckdb.connect(file, read_only=True)
    sums = f'SELECT "{column}", SUM(requests), SUM(input), SUM(output) FROM rows GROUP BY 1 ORDER BY 2 DESC'
    times = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        database.execute(sums).fetchall()
        times.append(time.perf_counter() - begun)
    print(f"figure duckdb_{column}_us {round(statistics.median(times) * 1e6)}")


{"load": load, "ask": ask}[sys.argv[1]](*sys.argv[2:])
