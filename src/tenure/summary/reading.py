"""Logs within reach: tables in memory and Parquet files here, batch by batch."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from tenure.summary.columns import Columns

# Beyond this many orders an engine reads less at a time: of clients with numbers (50 bytes
# an order at the peak), and of clients with names, which are looked up one by one.
MOST, MOST_NAMED = 32_000_000, 4_000_000
BATCH = 32_768
FRAMES = ("pyarrow", "pandas", "polars")
WHO = (pa.types.is_integer, pa.types.is_string, pa.types.is_large_string)
HOW_MUCH = (pa.types.is_signed_integer, pa.types.is_float32, pa.types.is_float64)


class Log(NamedTuple):
    """A log within reach: how long it is, and its columns batch by batch."""

    rows: int
    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]


def opened(log: Any, names: list[str]) -> Log | None:
    """Return the log, or None where an engine has to read it."""
    paths = log if isinstance(log, list | tuple) else [log]
    if paths and all(isinstance(path, str | Path) for path in paths):
        return _files([Path(path) for path in paths], names)
    if type(log).__module__.partition(".")[0] not in FRAMES or not hasattr(log, "shape"):
        return None
    if log.shape[0] > MOST:
        return None
    here = log.column_names if isinstance(log, pa.Table) else list(log.columns)
    if not set(names) <= set(here) or len(set(here)) != len(here):
        return None
    table = log.select(names) if isinstance(log, pa.Table) else pa.table(log[names])
    return Log(len(table), table.schema, iter(table.to_batches(BATCH)))


def _files(paths: list[Path], names: list[str]) -> Log | None:
    if not all(path.is_file() for path in paths):
        return None
    files = [pq.ParquetFile(path, pre_buffer=False) for path in paths]
    schema = files[0].schema_arrow
    if not all(file.schema_arrow.equals(schema) for file in files):
        return None
    if not set(names) <= set(schema.names):
        return None
    rows = sum(file.metadata.num_rows for file in files)
    each = (file.iter_batches(BATCH, columns=names, use_threads=False) for file in files)
    return Log(rows, schema, chain.from_iterable(each))


def most(schema: pa.Schema, columns: Columns) -> int:
    """Return how many orders of these types are read into memory."""
    is_number = pa.types.is_integer(schema.field(columns.client).type)
    return MOST if is_number else MOST_NAMED


def is_plain(schema: pa.Schema, columns: Columns) -> bool:
    """Tell whether these are types whose meaning NumPy shares."""
    who, when = schema.field(columns.client).type, schema.field(columns.at).type
    is_time = pa.types.is_timestamp(when) and when.tz is None
    if not any(kind(who) for kind in WHO) or not (is_time or pa.types.is_date32(when)):
        return False
    if columns.amount is None:
        return True
    return any(kind(schema.field(columns.amount).type) for kind in HOW_MUCH)
