"""A POST with an Idempotency-Key takes effect once; sent again it gets the first answer."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from fondly.base.models import IdempotentReply
from fondly.base.web import problem

HEADER = "Idempotency-Key"
LONGEST = 200
KEPT_FOR = timedelta(days=2)
LEAST_ERROR = 400


def forget(*, now: datetime) -> int:
    """Delete the replies that are too old to be asked for again."""
    return IdempotentReply.objects.filter(created_at__lt=now - KEPT_FOR).delete()[0]


def forget_client(client_id: int) -> None:
    """Delete the replies that name a client: they hold what was said of them."""
    IdempotentReply.objects.about(client_id).delete()


def is_for_us(request: HttpRequest) -> bool:
    """Tell whether a key counts here: a POST to the API."""
    return request.method == "POST" and request.path.startswith("/api/")


def is_upload(request: HttpRequest) -> bool:
    """Tell whether the body is a form with files."""
    return request.content_type == "multipart/form-data"


def _sha(*parts: bytes) -> str:
    return hashlib.sha256(b"\n".join(parts)).hexdigest()


def digest(request: HttpRequest) -> str:
    """Return by what a form with files is known again, read block by block.

    Not its bytes: what stands between the parts is another each time it is sent.
    """
    seen = hashlib.blake2b(digest_size=32)
    for name, values in sorted(request.POST.lists()):
        seen.update(repr((name, values)).encode("utf-8", "backslashreplace"))
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            about = repr((name, file.name, file.size))
            seen.update(about.encode("utf-8", "backslashreplace"))
            for block in file.chunks():
                seen.update(block)
            file.seek(0)
    return seen.hexdigest()


class IdempotencyMiddleware:
    """Keep the reply with the effect, in one transaction; an error keeps neither."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        # A kept answer is repeated without asking the view, which would turn away whose
        # token has ended; and a stranger is to write no row.
        self.knows = import_string(settings.IDEMPOTENCY_CALLER)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Repeat a reply that is kept, or have the request answered."""
        key = request.headers.get(HEADER)
        if key is None or not is_for_us(request) or not self.knows(request):
            return self.get_response(request)
        if not 0 < len(key) <= LONGEST:
            return problem(400, "Bad idempotency key", f"Give 1 to {LONGEST} characters.")
        # The key belongs to one caller and one address.
        caller = request.headers.get("Authorization", "").encode()
        place = f"{request.path}?{request.META.get('QUERY_STRING', '')}".encode()
        fingerprint = _sha(caller, place, key.encode())
        if is_upload(request):
            return self.take_once(request, fingerprint, digest(request))
        return self.answer_once(request, fingerprint, _sha(request.body))

    def answer_once(
        self, request: HttpRequest, fingerprint: str, sent: str
    ) -> HttpResponse:
        """Answer as the first time, or for the first time."""
        try:
            with transaction.atomic():
                # The unique row makes a second, simultaneous request wait for the first.
                kept = IdempotentReply.objects.create(fingerprint=fingerprint, sent=sent)
                response = self.get_response(request)
                if response.status_code >= LEAST_ERROR:
                    transaction.set_rollback(True)
                    return response
                kept.status = response.status_code
                kept.body = response.content.decode()
                kept.save(update_fields=["status", "body"])
                return response
        except IntegrityError:
            return self.answer_again(fingerprint, sent)

    def take_once(self, request: HttpRequest, fingerprint: str, sent: str) -> HttpResponse:
        """Answer an upload as the first time, or for the first time.

        Its key is claimed first: looking at a file and copying it may take seconds, for
        which no transaction is held. A crash leaves the claim, so never two imports.
        """
        try:
            with transaction.atomic():
                claim = IdempotentReply.objects.create(fingerprint=fingerprint, sent=sent)
        except IntegrityError:
            return self.answer_again(fingerprint, sent)
        response = self.get_response(request)
        if response.status_code >= LEAST_ERROR:
            claim.delete()
            return response
        claim.status = response.status_code
        claim.body = response.content.decode()
        claim.save(update_fields=["status", "body"])
        return response

    def answer_again(self, fingerprint: str, sent: str) -> HttpResponse:
        """Repeat the kept answer, if the same thing is asked."""
        kept = IdempotentReply.objects.filter(fingerprint=fingerprint).first()
        if kept is not None and kept.sent != sent:
            return problem(
                422, "Key used before", "This key came with another body before."
            )
        if kept is None or not kept.status:
            return problem(
                409, "Conflict", "The first request with this key did not finish."
            )
        again = HttpResponse(kept.body, status=kept.status, content_type="application/json")
        again["Idempotency-Replayed"] = "true"
        return again
