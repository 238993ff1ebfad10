"""The child: a request comes by stdin, four Arrow streams leave by stdout."""

import json
import os
import sys
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from fondly.insight.engine.notes import questions
from fondly.insight.source.live import Live
from fondly.insight.source.request import Request


def answers(asked: Request) -> Iterator[Any]:
    """Yield as Arrow tables what each client has bought, the contracts, what became of
    those who never bought, and the wide rows.

    What was learned on the way stands in the metadata. The models need the first two: they
    are fitted while the rest is still read.
    """
    texts = questions(asked.notes, with_rates=bool(asked.rates))
    live = Live(asked)
    _keep(live, texts["first"])
    ((has_unpriced,),) = live.rows(texts["unpriced"])
    unknown = live.rows(texts["unknown"]) if has_unpriced else []
    currencies = sorted(code for (code,) in unknown)
    yield _with(
        live.table(texts["bought"]),
        unknown_currencies=currencies,
        terms=[list(row) for row in live.rows(texts["terms"])],
    )
    yield _with(live.table(texts["contracts"]))
    if asked.is_of_orders_only:
        return
    _keep(live, texts["second"])
    yield _with(live.table(texts["relations"]))
    _keep(live, texts["then"])
    borders = asked.borders or {
        score: [list(row) for row in live.rows(text)]
        for score, text in texts["cuts"].items()
    }
    live.give(borders)
    yield _with(live.table(texts["rows"]), borders=borders)


def reports(asked: Request, out: Any) -> None:
    """Write the tables with a row for each client or contract as Arrow streams, then the
    rows of each report on a run as JSON: few of them, whatever the base."""
    texts = questions(asked.notes, with_rates=bool(asked.rates), kind="reports")
    live = Live(asked)
    _keep(live, texts["first"])
    for text in texts["tables"].values():
        _write(live.table(text), out)
    rows = {n: live.table(text).to_pylist() for n, text in texts["reports"].items()}
    out.write(json.dumps(rows).encode())


def _write(table: Any, out: Any) -> None:
    with pa.ipc.new_stream(out, table.schema) as stream:
        stream.write_table(table)


def _keep(live: Live, texts: list[tuple[str, str]]) -> None:
    for name, text in texts:
        live.keep(name, text)


def _with(table: Any, **learned: Any) -> Any:
    return table.replace_schema_metadata({"fondly": json.dumps(learned)})


def main() -> None:
    """Answer one request."""
    asked = Request.from_json(sys.stdin.read())
    # Only the answer may reach stdout: DuckDB draws its progress there when it takes long.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        if asked.reports_of:
            reports(asked, out)
            out.flush()
            os._exit(0)
        for table in answers(asked):
            _write(table, out)
            out.flush()
    # Everything is said: to take DuckDB's memory apart would keep the asker waiting.
    os._exit(0)


if __name__ == "__main__":
    main()
