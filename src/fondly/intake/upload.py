"""An uploaded file as a path, wherever the server has put it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.files.uploadedfile import UploadedFile


@contextmanager
def on_disk(upload: "UploadedFile[Any]") -> Iterator[Path]:
    """Give the path of an uploaded file; small ones are written to one first."""
    if hasattr(upload, "temporary_file_path"):
        yield Path(upload.temporary_file_path())
        return
    with NamedTemporaryFile(prefix="fondly-") as file:
        for block in upload.chunks():
            file.write(block)
        file.flush()
        yield Path(file.name)
