"""The summary of a log that fits into memory, by one sort in NumPy.

The definition is that of `expression`, which every engine runs; on a million orders this
takes a fraction of the time, and needs neither Ibis nor DuckDB. A test holds the two
against each other.
"""

from tenure.summary.inmemory.orders import EPOCH
from tenure.summary.inmemory.table import daily, summarised

__all__ = ["EPOCH", "daily", "summarised"]
