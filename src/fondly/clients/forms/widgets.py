"""Days and money as they are typed."""

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


class Amount(forms.DecimalField):
    """An amount of money in the main unit."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "num"})
        limits: dict[str, Any] = {
            "max_digits": 15,
            "decimal_places": 3,
            "max_value": Decimal(10) ** 12,
        }
        super().__init__(**{"widget": widget} | limits | kwargs)
