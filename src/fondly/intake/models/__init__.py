"""What intake remembers of each import, and the rows it writes in bulk."""

from fondly.intake.models.imports import Import, ImportChange, ImportState, KeptMapping

__all__ = ["Import", "ImportChange", "ImportState", "KeptMapping"]
