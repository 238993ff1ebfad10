"""What the environment says about an installation, each with a default that works."""

import json
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from platformdirs import user_data_path


def flag(name: str, *, default: bool = False) -> bool:
    """Tell whether the variable says yes."""
    value = os.environ.get(name, "").strip().lower()
    return default if not value else value in {"1", "true", "yes", "on"}


def number(name: str, default: float) -> float:
    """Return the variable as a number."""
    return float(os.environ.get(name) or default)


def items(name: str) -> list[str]:
    """Return the variable's comma-separated items."""
    return [item.strip() for item in os.environ.get(name, "").split(",") if item.strip()]


def home() -> Path:
    """Return the folder that holds all of an installation's data, made when missing."""
    folder = Path(
        os.environ.get("FONDLY_HOME") or user_data_path("fondly", appauthor=False)
    )
    folder = folder.expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def secret_key(folder: Path) -> str:
    """Return the installation's secret, made once and readable by its owner only."""
    if given := os.environ.get("FONDLY_SECRET_KEY"):
        return given
    file = folder / "secret.key"
    if not file.exists():
        # Written beside and then linked: of two processes that start together one wins,
        # and none reads a half-written key.
        draft = folder / f"secret.{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        with suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
    return file.read_text()


def database(folder: Path) -> dict[str, Any]:
    """Return Django's database settings for `DATABASE_URL`, or SQLite in `folder`."""
    url = os.environ.get("DATABASE_URL", "")
    if url.startswith(("postgres://", "postgresql://")):
        parts = urlsplit(url)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": parts.port or "",
            "OPTIONS": dict(parse_qsl(parts.query)),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    path = Path(url.removeprefix("sqlite:///")) if url else folder / "fondly.sqlite3"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # Django's own default begins transactions as readers, which then fail to
            # become writers at once however long the timeout is.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA cache_size=-65536;",
        },
        # A file, so that other processes (workers, DuckDB) see the same rows in tests.
        "TEST": {
            "NAME": os.environ.get("FONDLY_TEST_SQLITE", str(folder / "test.sqlite3"))
        },
    }


def email() -> dict[str, Any]:
    """Return mail settings for `EMAIL_URL` (smtp://me:pass@host:587?tls=1), or a folder."""
    sender = os.environ.get("FONDLY_MAIL_FROM", "fondly@localhost")
    url = os.environ.get("EMAIL_URL", "")
    if not url:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": home() / "mail",
            "DEFAULT_FROM_EMAIL": sender,
        }
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": options.get("tls") == "1",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 20,
        "DEFAULT_FROM_EMAIL": sender,
    }


def oidc_providers() -> list[dict[str, Any]]:
    """Return the OpenID Connect providers of `FONDLY_OIDC`, a JSON list for allauth."""
    given = os.environ.get("FONDLY_OIDC", "")
    if given:
        return list(json.loads(given))
    if not os.environ.get("FONDLY_OIDC_SERVER"):
        return []
    return [
        {
            "provider_id": "oidc",
            "name": os.environ.get("FONDLY_OIDC_NAME", "Single sign-on"),
            "client_id": os.environ.get("FONDLY_OIDC_CLIENT", ""),
            "secret": os.environ.get("FONDLY_OIDC_SECRET", ""),
            "settings": {"server_url": os.environ["FONDLY_OIDC_SERVER"]},
        }
    ]
