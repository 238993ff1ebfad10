"""Ask the engine: start the child, hand it the request, take what it answers."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from fondly.insight.engine.said import failure
from fondly.insight.engine.scratch import with_scratch
from fondly.insight.source.request import Request

SOURCE = Path(__file__).parents[3]
PROGRAM = [sys.executable, "-m", "fondly.insight.engine"]
WAIT = 10  # seconds: to leave a cluster takes one or two


@dataclass(frozen=True, kw_only=True)
class Bought:
    """One row per client who has bought, the currencies that have no rate, and `terms`:
    how many contracts had so many chances to leave, and left or not."""

    rows: Any
    unknown_currencies: list[str]
    terms: list[tuple[int, bool, int]]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The wide rows, and the borders of the fifths that were drawn on the way."""

    rows: Any
    borders: dict[str, list[list[float]]]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question under way: what was bought is here, and one row per contract that
    holds; who never bought, and the rest, are still being read."""

    bought: Bought
    contracts: Any
    relations: "Future[Any]"
    wide: "Future[Answer]"


@contextmanager
def surroundings() -> Iterator[dict[str, str]]:
    """Give the child's environment: where our sources are, and a folder for what does not
    fit into memory. The child leaves without clearing up, so that is done here."""
    path = os.pathsep.join([str(SOURCE), os.environ.get("PYTHONPATH", "")])
    with tempfile.TemporaryDirectory(prefix="fondly-engine-") as folder:
        yield os.environ | {"PYTHONPATH": path, "TMPDIR": folder}


@contextmanager
def asked(request: Request) -> Iterator[Asked]:
    """Ask, and go on as soon as is known what everybody has bought.

    `wide.result()` waits for the wide rows; it raises `EngineFailed`, as entering does,
    when the child cannot answer, or what the child refused. The memory that it took is
    given back with the child.
    """
    with (
        surroundings() as given,
        with_scratch(request) as request,
        tempfile.TemporaryFile() as said,
        ThreadPoolExecutor(1) as reader,
    ):
        child = subprocess.Popen(
            PROGRAM,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            env=given,
        )
        try:
            yield Asked(
                bought=Bought(**_told(child, said, request)),
                contracts=_told(child, said)["rows"],
                relations=reader.submit(_rows, child, said),
                wide=reader.submit(_answer, child, said),
            )
        except BaseException:
            child.kill()
            raise
        finally:
            _end(child)


def ask(request: Request) -> Answer:
    """Return the engine's whole answer."""
    with asked(request) as engine:
        return engine.wide.result()


def _rows(child: "subprocess.Popen[bytes]", said: IO[bytes]) -> Any:
    return _told(child, said)["rows"]


def _answer(child: "subprocess.Popen[bytes]", said: IO[bytes]) -> Answer:
    return Answer(**_told(child, said))


def _told(
    child: "subprocess.Popen[bytes]", said: IO[bytes], request: Request | None = None
) -> dict[str, Any]:
    """Read the next table and what was learned with it; hand over the request first."""
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        if request is not None:
            child.stdin.write(request.to_json().encode())
            child.stdin.close()
        rows = pa.ipc.open_stream(child.stdout).read_all()
    except (OSError, pa.ArrowInvalid) as error:
        code = child.wait()
        said.seek(0)
        raise failure(code, said.read()) from error
    learned = json.loads(rows.schema.metadata[b"fondly"])
    return {"rows": rows.replace_schema_metadata(None), **learned}


def _end(child: "subprocess.Popen[bytes]") -> None:
    """Wait for the child, which ends by itself once it has been read."""
    try:
        child.wait(timeout=WAIT)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    if child.stdout is not None:
        child.stdout.close()
