"""Small tables that papers printed, to prove the models by."""

from typing import NamedTuple

import numpy as np

from tenure.arrays import Floats

# Percent still subscribed after 0, 1, … 12 years, of 1,000 each: Fader and Hardie (2007),
# "How to project customer retention", table 1 (after Berry and Linoff 2004). The paper
# fits years 1 to 7 and forecasts 8 to 12.
REGULAR = (100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3)
HIGH_END = (100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4)


class Donors(NamedTuple):
    """Donors by how often and when last they gave in six yearly chances."""

    frequency: Floats
    recency: Floats
    periods: Floats
    weights: Floats


# 11,104 first-time donors of 1995 to a charity, 1996 to 2001: Fader, Hardie and Shang
# (2010), "Customer-base analysis in a discrete-time noncontractual setting", table 3.
DONATIONS = Donors(
    *np.array(
        [
            (0, 0, 6, 3_464),
            (1, 1, 6, 1_091),
            (1, 2, 6, 277),
            (1, 3, 6, 129),
            (1, 4, 6, 78),
            (1, 5, 6, 119),
            (1, 6, 6, 129),
            (2, 2, 6, 613),
            (2, 3, 6, 255),
            (2, 4, 6, 155),
            (2, 5, 6, 173),
            (2, 6, 6, 234),
            (3, 3, 6, 322),
            (3, 4, 6, 181),
            (3, 5, 6, 225),
            (3, 6, 6, 357),
            (4, 4, 6, 240),
            (4, 5, 6, 284),
            (4, 6, 6, 512),
            (5, 5, 6, 335),
            (5, 6, 6, 728),
            (6, 6, 6, 1_203),
        ],
        dtype=np.float64,
    ).T
)
