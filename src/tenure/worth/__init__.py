"""What clients are still worth: each, and all together."""

from tenure.worth.equity import Equity, customer_equity
from tenure.worth.forecast import Forecast, forecast
from tenure.worth.value import discounted_purchases, residual_lifetime_value

__all__ = [
    "Equity",
    "Forecast",
    "customer_equity",
    "discounted_purchases",
    "forecast",
    "residual_lifetime_value",
]
