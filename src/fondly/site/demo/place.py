"""Where the demo lives: beside one's own data, never in it."""

import os

from fondly.site.environment import home


def move_in() -> None:
    """Point everything at the demo's own folder and database; before settings are read.

    One's own data is not touched: leaving the demo is running any other command.
    """
    folder = home() / "demo"
    os.environ["FONDLY_HOME"] = str(folder)
    os.environ.pop("DATABASE_URL", None)
