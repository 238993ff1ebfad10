"""The child: a request comes by stdin, an Arrow stream leaves by stdout."""

import json
import os
import sys
from typing import Any

import pyarrow as pa

from fondly.insight.engine.notes import questions
from fondly.insight.source.live import Live
from fondly.insight.source.request import Request


def answer(asked: Request) -> Any:
    """Return the wide rows as an Arrow table, with what was learned in its metadata."""
    texts = questions(asked.notes, with_rates=bool(asked.rates))
    live = Live(asked)
    for name, text in texts["kept"]:
        live.keep(name, text)
    borders = asked.borders or {
        score: [list(row) for row in live.rows(text)]
        for score, text in texts["cuts"].items()
    }
    live.give(borders)
    ((has_unpriced,),) = live.rows(texts["unpriced"])
    unknown = live.rows(texts["unknown"]) if has_unpriced else []
    learned = {
        "borders": borders,
        "unknown_currencies": sorted(code for (code,) in unknown),
    }
    return live.table(texts["rows"]).replace_schema_metadata(
        {"fondly": json.dumps(learned)}
    )


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
