"""Ask the engine: start the child, hand it the request, take its answer."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from fondly.insight.source.request import Request

SOURCE = Path(__file__).parents[3]


class EngineFailed(Exception):  # noqa: N818 - says what happened
    """The child ended without an answer; the message is what it wrote to stderr."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The wide rows, and what was learned on the way."""

    rows: Any
    borders: dict[str, list[list[float]]]
    unknown_currencies: list[str]


def ask(request: Request) -> Answer:
    """Return the engine's answer. The memory it took is given back with the child."""
    path = os.pathsep.join([str(SOURCE), os.environ.get("PYTHONPATH", "")])
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(
            [sys.executable, "-m", "fondly.insight.engine"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            env=os.environ | {"PYTHONPATH": path},
        )
        try:
            rows = _exchange(child, request)
        except (OSError, pa.ArrowInvalid) as error:
            child.wait()
            said.seek(0)
            raise EngineFailed(said.read().decode(errors="replace")[-4000:]) from error
        finally:
            _end(child)
    learned = json.loads(rows.schema.metadata[b"fondly"])
    return Answer(rows=rows.replace_schema_metadata(None), **learned)


def _exchange(child: "subprocess.Popen[bytes]", request: Request) -> Any:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(request.to_json().encode())
    child.stdin.close()
    return pa.ipc.open_stream(child.stdout).read_all()


def _end(child: "subprocess.Popen[bytes]") -> None:
    if child.stdout is not None:
        child.stdout.close()
    if child.poll() is None:
        try:
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
