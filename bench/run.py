"""One measure in this process: set Django up, then call the measure's `main`."""

import importlib
import os
import sys

import django


def run(name: str) -> bool:
    """Run `bench.NAME.main()` on a home that was made for it."""
    if not os.environ.get("FONDLY_BENCH"):
        sys.exit("Run `python -m bench NAME`: measures use an empty home of their own.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fondly.site.settings")
    django.setup()
    return bool(importlib.import_module(f"bench.{name}").main())


if __name__ == "__main__":
    sys.exit(0 if run(sys.argv[1]) else 1)
