"""One way from a Parquet log to the summary, in a process and a Python of its own.

Called by `bench.summary` as `python summary_ways.py WAY FILE UNTIL`. Imports only what the
way needs: the environment with lifetimes has nothing of ours.
"""

import importlib
import json
import resource
import sys
import time
from pathlib import Path

TRIES = 3
GROUP_BY = """
SELECT client, count(*), min(placed), max(placed), sum(amount)
FROM read_parquet('{}') GROUP BY client
"""


def ours(file, until):
    """Return clients and repeat purchases by tenure."""
    tenure = importlib.import_module("tenure")
    asked = {"client": "client", "at": "placed", "amount": "amount", "unit": "day"}

    def work():
        return tenure.summarise(file, observed_until=until, **asked)

    return work, lambda found: (found.num_rows, found["frequency"].to_numpy().sum())


def floor(file, _until):
    """Return the rows of DuckDB's own scan and group-by."""
    duckdb = importlib.import_module("duckdb")

    def work():
        return duckdb.connect().sql(GROUP_BY.format(file)).to_arrow_table()

    return work, lambda found: (found.num_rows, 0)


def lifetimes(file, until):
    """Return clients and repeat purchases by lifetimes, from the same file."""
    pandas = importlib.import_module("pandas")
    summary = importlib.import_module("lifetimes.utils").summary_data_from_transaction_data

    def work():
        log = pandas.read_parquet(file)
        asked = {"monetary_value_col": "amount", "observation_period_end": until}
        return summary(log, "client", "placed", **asked)

    return work, lambda found: (len(found), found["frequency"].sum())


def peak():
    """Return the peak of this program in MiB; where Linux tells it, not its parent's.

    What `getrusage` says begins with what the process had that started this one.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main():
    """Run the way a few times, unless one takes long, and print the median as JSON."""
    name, file, until = sys.argv[1:]
    work, counted = {"ours": ours, "floor": floor, "lifetimes": lifetimes}[name](
        file, until
    )
    took = []
    while len(took) < TRIES and sum(took) < 30:
        began = time.perf_counter()
        found = work()
        took.append(time.perf_counter() - began)
    clients, repeats = counted(found)
    middle = sorted(took)[len(took) // 2]
    answer = {"seconds": middle, "mib": peak()}
    print(json.dumps(answer | {"clients": int(clients), "repeats": int(repeats)}))


if __name__ == "__main__":
    main()
