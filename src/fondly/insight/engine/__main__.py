"""The child: a request comes by stdin, four Arrow streams leave by stdout."""

import json
import os
import sys
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from fondly.base.errors import Refusal
from fondly.insight.engine.notes import questions
from fondly.insight.engine.places import Place, place
from fondly.insight.engine.said import REFUSED, refusal_as_text
from fondly.insight.source.request import Request


def answers(asked: Request, at: Place) -> Iterator[Any]:
    """Yield as Arrow tables what each client has bought, the contracts, what became of
    those who never bought, and the wide rows.

    What was learned on the way stands in the metadata. The models need the first two: they
    are fitted while the rest is still read.
    """
    texts = _questions(asked)
    _keep(at, texts["first"])
    ((has_unpriced,),) = at.rows(texts["unpriced"])
    unknown = at.rows(texts["unknown"]) if has_unpriced else []
    currencies = sorted(code for (code,) in unknown)
    yield _with(
        at.table(texts["bought"]),
        unknown_currencies=currencies,
        terms=[list(row) for row in at.rows(texts["terms"])],
    )
    yield _with(at.table(texts["contracts"]))
    if asked.is_of_orders_only:
        return
    _keep(at, texts["second"])
    yield _with(at.table(texts["relations"]))
    _keep(at, texts["then"])
    borders = asked.borders or {
        score: [list(row) for row in at.rows(text)] for score, text in texts["cuts"].items()
    }
    at.give(borders)
    yield _with(at.table(texts["rows"]), borders=borders)


def reports(asked: Request, at: Place, out: Any) -> None:
    """Write the tables with a row for each client or contract as Arrow streams, then the
    rows of each report on a run as JSON: few of them, whatever the base."""
    texts = _questions(asked, kind="reports")
    _keep(at, texts["first"])
    for text in texts["tables"].values():
        _write(at.table(text), out)
    rows = {n: at.table(text).to_pylist() for n, text in texts["reports"].items()}
    out.write(json.dumps(rows).encode())


def _write(table: Any, out: Any) -> None:
    with pa.ipc.new_stream(out, table.schema) as stream:
        stream.write_table(table)


def _questions(asked: Request, **which: str) -> dict[str, Any]:
    with_rates, dialect = bool(asked.rates), asked.engine.dialect
    return questions(asked.notes, with_rates=with_rates, dialect=dialect, **which)


def _keep(at: Place, texts: list[tuple[str, str]]) -> None:
    for name, text in texts:
        at.keep(name, text)


def _with(table: Any, **learned: Any) -> Any:
    return table.replace_schema_metadata({"fondly": json.dumps(learned)})


def _answer(asked: Request, out: Any) -> None:
    at = place(asked)
    if asked.reports_of:
        reports(asked, at, out)
    else:
        for table in answers(asked, at):
            _write(table, out)
            out.flush()
    out.flush()
    at.close()


def main() -> None:
    """Answer one request."""
    asked = Request.from_json(sys.stdin.read())
    # Only the answer may reach stdout: DuckDB draws its progress there when it takes long.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        try:
            _answer(asked, out)
        except Refusal as refusal:
            sys.stderr.write(refusal_as_text(refusal))
            sys.stderr.flush()
            os._exit(REFUSED)
    # Everything is said: to take DuckDB's memory apart would keep the asker waiting.
    os._exit(0)


if __name__ == "__main__":
    main()
