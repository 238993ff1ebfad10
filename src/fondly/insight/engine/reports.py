"""Ask the engine for the reports on a run."""

import json
import os
import subprocess
import sys
from typing import Any

from fondly.insight.engine.child import SOURCE, EngineFailed
from fondly.insight.source.request import Request


def reports(request: Request) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each report by its name; raise `EngineFailed`."""
    path = os.pathsep.join([str(SOURCE), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "fondly.insight.engine"],
        input=request.to_json().encode(),
        capture_output=True,
        env=os.environ | {"PYTHONPATH": path},
        check=False,
    )
    if done.returncode:
        raise EngineFailed(done.stderr.decode(errors="replace")[-4000:])
    return dict(json.loads(done.stdout))
