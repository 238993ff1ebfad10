"""A folder for what Spark's workers read of the live database, as long as they do."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _
from fondly.insight.source.request import Request


@contextmanager
def with_scratch(request: Request) -> Iterator[Request]:
    """Give the request a folder of its own, if its engine needs one.

    Where the folder was named, because workers run elsewhere, those of its group may read;
    otherwise it is for nobody but us.
    """
    if request.engine.kind != "spark":
        yield request
        return
    named = request.engine.scratch
    if named and not Path(named).is_dir():
        raise Refusal(_("There is no folder “%(place)s”."), place=named)
    with tempfile.TemporaryDirectory(prefix="fondly-score-", dir=named or None) as folder:
        if named:
            Path(folder).chmod(0o2750)
        yield replace(request, engine=replace(request.engine, scratch=folder))
