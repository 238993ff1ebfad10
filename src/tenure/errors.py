"""What can be wrong, in words a caller may show."""


class BadInput(ValueError):  # noqa: N818 - reads better where it is caught
    """The arrays do not describe purchase histories; the text says which and why."""


class NotFitted(AttributeError):  # noqa: N818 - as above
    """A prediction was asked of a model that has not been fitted."""
