"""Ask the engine for the reports on a run."""

import io
import json
import subprocess
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from fondly.insight.engine.child import PROGRAM, surroundings
from fondly.insight.engine.said import failure
from fondly.insight.engine.scratch import with_scratch
from fondly.insight.source.request import Request


@dataclass(frozen=True, kw_only=True)
class Found:
    """The rows of each report by its name; where each client stands in them, and each day
    that contracts bring, as Arrow tables."""

    reports: dict[str, list[dict[str, Any]]]
    standing: Any
    coming: Any


def reports(request: Request) -> Found:
    """Return the reports on a run; raise `EngineFailed`, or a refusal."""
    with surroundings() as given, with_scratch(request) as request:
        done = subprocess.run(
            PROGRAM,
            input=request.to_json().encode(),
            capture_output=True,
            env=given,
            check=False,
        )
    if done.returncode:
        raise failure(done.returncode, done.stderr)
    said = io.BytesIO(done.stdout)
    standing, coming = (pa.ipc.open_stream(said).read_all() for _ in range(2))
    rows = json.loads(said.read())
    return Found(reports=rows, standing=standing, coming=coming)
