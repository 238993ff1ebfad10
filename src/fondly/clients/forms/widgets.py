"""Days and money as they are typed."""

import re
from decimal import Decimal
from typing import Any

from django import forms


class Day(forms.DateField):
    """A calendar day, chosen or typed."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(**{"widget": widget} | kwargs)


class Moment(forms.DateTimeField):
    """A day and a time in the business's time zone."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(
            format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}
        )
        super().__init__(**{"widget": widget} | kwargs)


# A comma with one or two digits after it can only stand before decimals; "1,234" could be
# a thousand, and is refused rather than guessed.
DECIMAL_COMMA = re.compile(r"\s*[-+]?[0-9]+,[0-9]{1,2}\s*")


class Amount(forms.DecimalField):
    """An amount of money in the main unit; its decimals may follow a comma."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "num"})
        limits: dict[str, Any] = {
            "max_digits": 15,
            "decimal_places": 3,
            "max_value": Decimal(10) ** 12,
        }
        super().__init__(**{"widget": widget} | limits | kwargs)

    def to_python(self, value: Any) -> Any:
        """Return the number that was typed."""
        if isinstance(value, str) and DECIMAL_COMMA.fullmatch(value):
            value = value.replace(",", ".")
        return super().to_python(value)
