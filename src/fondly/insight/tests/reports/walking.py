"""Walk every number of the Insight pages to those behind it, as a browser would."""

import re
from collections import Counter
from html import unescape
from urllib.parse import urlsplit

from django.http import QueryDict
from django.urls import reverse

from fondly.insight.listing.answer import keys
from fondly.insight.listing.question import question
from fondly.insight.listing.scope import Scope

PAGES = (
    "/insight/",
    "/insight/?tier=A",
    "/insight/?tier=",
    "/insight/retention/",
    "/insight/retention/?by=month",
    "/insight/leaving/",
)
LINK = re.compile(r'<a href="([^"]+)" data-behind="(\d+)"')
ROW = re.compile(r'<tr><th scope="row"><a href="/clients/(\d+)/"')


def opened(browser, path):
    """Return the text of a page."""
    reply = browser.get(path)
    assert reply.status_code == 200, path
    return reply.content.decode()


def links(browser, path):
    """Return (address, number) of each number of a page that leads to clients."""
    return [(unescape(url), int(n)) for url, n in LINK.findall(opened(browser, path))]


def ids_behind(url, user):
    """Return the keys of the clients that the list shows at an address."""
    scope = Scope(user)
    found, _next = keys(question(QueryDict(urlsplit(url).query), scope), scope, size=10_000)
    return found


def contracts_behind(browser, url):
    """Return the clients of the contracts of a page of the calendar and those after it."""
    found, base = [], reverse("insight:contracts")
    while url:
        text = opened(browser, url)
        found += ROW.findall(text)
        after = re.search(r'href="([^"]+)"\s+rel="next"', text)
        url = base + unescape(after[1]) if after else ""
    return found


def differing(browser, user, pages=PAGES):
    """Return the numbers that lead to another number of rows, and how many led anywhere
    on each page."""
    wrong, walked = [], Counter()
    for page in pages:
        for url, number in links(browser, page):
            if url.startswith(reverse("insight:contracts")):
                found = contracts_behind(browser, url)
            else:
                found = ids_behind(url, user)
            walked[page] += 1
            if len(found) != number:
                wrong.append((page, url, number, len(found)))
    return wrong, walked


def numbers_that_lead_nowhere(browser, path):
    """Return the cells of the tables of a page with a number and no link."""
    text = opened(browser, path)
    cells = re.findall(r'<td class="num[^"]*">(?!<a)([^<]*)</td>', text)
    return [cell for cell in cells if re.search(r"[1-9]", cell)]
