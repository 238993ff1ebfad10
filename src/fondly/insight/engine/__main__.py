"""The child: a request comes by stdin, an Arrow stream leaves by stdout."""

import json
import os
import sys
from typing import Any

import pyarrow as pa

from fondly.insight.facts import Facts
from fondly.insight.signals.wide import wide
from fondly.insight.source.live import Live
from fondly.insight.source.request import Request


def answer(asked: Request) -> Any:
    """Return the wide rows as an Arrow table, with what was learned in its metadata."""
    live = Live(asked.database, client_ids=asked.client_ids)
    found = wide(Facts.read(live, asked))
    table = found.rows.to_pyarrow()
    learned = {"borders": found.borders, "unknown_currencies": found.unknown_currencies}
    return table.replace_schema_metadata({"fondly": json.dumps(learned)})


def main() -> None:
    """Answer one request."""
    # Only the answer may reach stdout: DuckDB draws its progress there when it takes long.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        table = answer(Request.from_json(sys.stdin.read()))
        with pa.ipc.new_stream(out, table.schema) as stream:
            stream.write_table(table)


if __name__ == "__main__":
    main()
