"""Static files under names that change with their content, kept compressed."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Statics(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Hashed names once `fondly serve` has collected the files; plain names before.

    So tests, scripts and `runserver` need no collecting, and a browser never keeps an old
    stylesheet after an upgrade.
    """

    def stored_name(self, name: str) -> str:
        """Return the name to link to."""
        return str(super().stored_name(name)) if self.hashed_files else name
