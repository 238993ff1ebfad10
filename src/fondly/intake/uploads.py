"""A limit on uploads that holds while they arrive, not after they have filled the disk."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class Quota(FileUploadHandler):
    """Cuts an upload off beyond `UPLOAD_LIMIT` bytes."""

    taken = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002 - Django's
        """Count what arrives."""
        self.taken += len(raw_data)
        if self.taken > settings.UPLOAD_LIMIT:
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> Any:  # noqa: ARG002 - Django's
        """Leave the file to the next handler."""
        return None
