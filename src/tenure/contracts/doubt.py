"""What a fit of renewals supports, in words."""

from tenure.contracts.history import LifeTable
from tenure.contracts.survival import Parameters
from tenure.verdict import Finding

# A spread between clients below 1/sqrt(this) is none.
ALIKE = 5_000.0
POLAR = 1e-2
# A bend at the end of the search: too few leavers to tell one from the other.
FLATTEST, STEEPEST = 1e-5, 19.0


def finding(at: Parameters, rows: LifeTable, *, sizes: int, converged: bool) -> Finding:
    """Name what was found; `sizes` is how many parameters were learned."""
    if (plain := _of_rows(rows, sizes=sizes)) is not None:
        return plain
    if at.alpha + at.beta < POLAR:
        return Finding.ALL_OR_NOTHING
    if not converged or not FLATTEST < at.c < STEEPEST:
        return Finding.NOT_SETTLED
    if at.alpha + at.beta > ALIKE:
        return Finding.SAME_DROPOUT
    return Finding.IDENTIFIED


def _of_rows(rows: LifeTable, *, sizes: int) -> Finding | None:
    """Name what no search can mend: the rows themselves say too little."""
    if rows.leavers == 0:
        return Finding.NOBODY_LEFT
    if rows.leavers == rows.clients and rows.periods.max() == 1:
        return Finding.ALL_LEFT_AT_FIRST
    # Each period tells one number, the share that leaves in it.
    if rows.periods.max() < sizes:
        return Finding.TOO_FEW_PERIODS
    return None
