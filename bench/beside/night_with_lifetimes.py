"""Run by a Python that has `lifetimes`: a night from the raw log, timed."""

import sys
import time

import lifetimes
import pandas as pd
from lifetimes.utils import summary_data_from_transaction_data

YEAR = 365.0


def main():
    """Print the seconds of summary, fits and scores."""
    log, night, until = sys.argv[1:]
    began = time.perf_counter()
    rows = pd.concat([pd.read_parquet(log), pd.read_parquet(night)])
    rows["placed"] = pd.to_datetime(rows["placed"])
    table = summary_data_from_transaction_data(
        rows,
        "client",
        "placed",
        monetary_value_col="amount",
        observation_period_end=until,
        freq="D",
    )
    x, t_x, age, mean = (table[n] for n in ("frequency", "recency", "T", "monetary_value"))
    orders = lifetimes.BetaGeoFitter().fit(x, t_x, age)
    again = x > 0
    spend = lifetimes.GammaGammaFitter().fit(x[again], mean[again])
    orders.conditional_probability_alive(x, t_x, age)
    orders.predict(YEAR, x, t_x, age)
    spend.conditional_expected_average_profit(x, mean)
    spend.customer_lifetime_value(
        orders, x, t_x, age, mean, time=12, discount_rate=0.01, freq="D"
    )
    print(time.perf_counter() - began)


if __name__ == "__main__":
    main()
