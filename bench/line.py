"""One line per figure: name, ours, reference, ratio, goal, ok. JSON=1 prints objects."""

import json
import os
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What was measured. `goal` says in words what `is_ok` was decided by."""

    name: str
    ours: float
    reference: float
    unit: str
    goal: str
    is_ok: bool
    against: str = ""

    @property
    def ratio(self) -> float:
        """Return ours divided by the reference."""
        return self.ours / self.reference if self.reference else float("nan")


def show(figure: Figure) -> Figure:
    """Print the figure and return it."""
    if os.environ.get("JSON"):
        print(json.dumps(asdict(figure) | {"ratio": round(figure.ratio, 3)}), flush=True)
        return figure
    print(
        f"{figure.name:<44} {figure.ours:>12.4g} {figure.reference:>12.4g} {figure.unit:<6}"
        f" {figure.ratio:>8.3f}  {figure.goal:<28} {'ok' if figure.is_ok else 'MISSED'}"
        f"  {figure.against}",
        flush=True,
    )
    return figure


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def spread(times: list[float]) -> tuple[float, float]:
    """Return the median and the 99th percentile."""
    ordered = sorted(times)
    return statistics.median(ordered), ordered[
        min(len(ordered) - 1, int(len(ordered) * 0.99))
    ]


def peak_mib(*, of_children: bool = False) -> float:
    """Return the peak resident memory of this process, or of its ended children, in MiB."""
    who = resource.RUSAGE_CHILDREN if of_children else resource.RUSAGE_SELF
    return resource.getrusage(who).ru_maxrss / 1024
