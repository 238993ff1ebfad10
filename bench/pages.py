"""Server time of Today, the client list, search and the client page at 100,000 clients.

The reference is the same SQL alone, executed and fetched on the same connection: what the
page costs above it is ours. The median of a page may be 50 ms.
"""

import re
import sys
import time
from html import unescape
from itertools import cycle, islice

from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from bench.line import Figure, peak_mib, seconds, show, spread
from bench.scratch import a_big_business
from fondly.insight.listing.sorting import SORTS
from fondly.team.models import User

GOAL = 0.050
ROUNDS = 60
SEARCHES = ["bak", "cedar", "robin hill", "k99", "c4711@", "421 5", "willow books 7", "zzz"]
LISTS = [
    "/clients/",
    *(f"/clients/?sort={key}" for sort in SORTS for key in (sort, f"-{sort}")),
]
INSIGHT = ["/insight/", "/insight/retention/", "/insight/leaving/", "/insight/?tier=A"]
REST = ["/today/team/", "/clients/names/"]
FILTERED = [
    "/clients/?field=tier&op=is&value=A&upto=&sort=worth",
    "/clients/?field=stage&op=is&value=quiet&upto=",
    "/clients/?field=days_since&op=at_least&value=200&upto=&sort=worth",
]


def fetch(browser: Browser, address: str) -> float:
    """Return the server time of one page; a page that fails ends the run."""
    began = time.perf_counter()
    reply = browser.get(address)
    took = time.perf_counter() - began
    if reply.status_code != 200:
        sys.exit(f"{address} answered {reply.status_code}")
    return took


def behind(browser: Browser) -> list[str]:
    """Return addresses to which the numbers of Insight lead, some of each page."""
    found = []
    for address in INSIGHT:
        page = browser.get(address).content.decode()
        links = re.findall(r'<a href="(/clients/[^"]+)" data-behind', page)
        found += [unescape(link) for link in dict.fromkeys(links)][::6]
    return found


def sql_alone(browser: Browser, address: str) -> float:
    """Return how long the page's statements take without the page."""
    with CaptureQueriesContext(connection) as asked:
        browser.get(address)
    statements = [query["sql"] for query in asked.captured_queries]

    def run() -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                if statement.lstrip("(").upper().startswith("SELECT"):
                    cursor.execute(statement)
                    cursor.fetchall()

    return min(seconds(run) for _ in range(3))


def measure(browser: Browser, name: str, addresses: list[str]) -> Figure:
    """Measure a page over its addresses in turn."""
    for address in addresses:
        fetch(browser, address)
    times = [fetch(browser, address) for address in islice(cycle(addresses), ROUNDS)]
    alone = sorted(sql_alone(browser, address) for address in addresses)
    median, slowest = spread(times)
    return show(
        Figure(
            name=name,
            ours=median * 1000,
            reference=alone[len(alone) // 2] * 1000,
            unit="ms",
            goal=f"median <= 50 ms (p99 {slowest * 1000:.0f})",
            is_ok=median <= GOAL,
            against="the same SQL alone",
        )
    )


def main() -> bool:
    """Measure every page; tell whether all reached the goal."""
    ids = a_big_business(is_scored=True)
    browser = Browser(SERVER_NAME="localhost")
    browser.force_login(User.objects.get(role="owner"))
    figures = [
        measure(browser, "Today", ["/today/"]),
        measure(browser, "client list", LISTS),
        measure(browser, "client list, filtered", FILTERED),
        measure(browser, "Insight", INSIGHT),
        measure(browser, "behind a number of Insight", behind(browser)),
        measure(browser, "search", [f"/clients/?q={words}" for words in SEARCHES]),
        measure(browser, "team's day, clients without a name", REST),
        measure(browser, "client page", [f"/clients/{key}/" for key in ids]),
    ]
    show(
        Figure(
            name="peak memory of the pages' process",
            ours=peak_mib(),
            reference=512,
            unit="MiB",
            goal="<= 512 MiB",
            is_ok=peak_mib() <= 512,
            against="a small server's share",
        )
    )
    return all(figure.is_ok for figure in figures)
