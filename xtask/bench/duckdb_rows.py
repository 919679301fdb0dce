"""Adds up rows of usage by each of some columns: duckdb_rows.py ROWS.csv COLUMN... prints `figure duckdb_COLUMN_us N`."""

import statistics
import sys
import tempfile
import time

import duckdb

NUMBERS = ["start", "requests", "input", "output"]
TEXTS = ["account", "stream", "project", "api_key", "user", "model", "batch", "service_tier"]
REPEATS = 7

path, *columns = sys.argv[1:]
with open(path) as file:
    header = file.readline().strip().split(",")
types = {name: "BIGINT" if name in NUMBERS else "VARCHAR" for name in header}
assert sorted(types) == sorted(NUMBERS + TEXTS), types
# A file, as ours is one: there DuckDB keeps its columns compressed, which is seven times as fast as its memory.
folder = tempfile.TemporaryDirectory()
database = duckdb.connect(f"{folder.name}/rows.duckdb")
database.execute("CREATE TABLE rows AS SELECT * FROM read_csv(?, header = true, auto_detect = false, columns = ?)", [path, types])
database.execute("CHECKPOINT")
print("    rows:", database.execute("SELECT COUNT(*) FROM rows").fetchone()[0])
for column in columns:
    times = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        sums = f'SELECT "{column}", SUM(requests), SUM(input), SUM(output) FROM rows GROUP BY 1 ORDER BY 2 DESC'
        database.execute(sums).fetchall()
        times.append(time.perf_counter() - begun)
    print(f"figure duckdb_{column}_us {round(statistics.median(times) * 1e6)}")
