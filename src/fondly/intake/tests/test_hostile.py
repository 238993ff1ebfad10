"""Hostile files: a clear refusal, after a bounded number of bytes, and nothing written."""

import gzip
import io
import random
import re
import zipfile
from pathlib import Path

import pytest
from django.utils.timezone import now
from openpyxl import Workbook

from fondly.base.errors import Refusal
from fondly.clients.models import Client
from fondly.intake.actions.receive import receive
from fondly.intake.reading.sample import MOST_READ, take
from fondly.intake.tests.files import ORDERS, empty, imported
from fondly.testing import a_business

pytestmark = pytest.mark.django_db
HEAD = "order number,customer,date,total\n"
SOUND = b"".join(b"%d,K1,2026-01-05,1.00\n" % n for n in range(200_000))
# Of a workbook also the list of its parts and the beginning of each may be read.
BOUND = MOST_READ + 1024 * 1024


class Counting(io.FileIO):
    """A file that counts what is read of it."""

    taken = 0

    def read(self, size=-1):
        block = super().read(size)
        Counting.taken += len(block)
        return block

    def readall(self):
        raise AssertionError("read without a bound")

    def readinto(self, buffer):
        count = super().readinto(buffer)
        Counting.taken += count or 0
        return count


def refused(path: Path, about: str = "orders") -> str:
    """Return the words of the refusal; the reading was bounded and nothing was written."""
    before, Counting.taken = empty(), 0
    with pytest.raises(Refusal) as refusal:
        receive(
            path, about=about, filename=path.name, user=None, now=now(), opener=Counting
        )
    assert Counting.taken <= BOUND
    assert empty() == before
    return str(refusal.value)


def put(tmp_path: Path, content: bytes, name: str = "file.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def workbook(tmp_path: Path, *rows, name: str = "file.xlsx") -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / name)
    return tmp_path / name


def packed(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (random.Random(1).randbytes(3_000_000).replace(b"\0", b"\1"), "binary"),
        (random.Random(1).randbytes(3_000_000), "NUL bytes|binary"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "NUL bytes"),
        (ORDERS.encode() + b"1,K\x001,2026-01-05,1\n", "NUL bytes"),
        (HEAD.encode() + SOUND + b"1,K\x001,2026-01-05,1\n" * 60_000, "NUL bytes"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 1000, "old Excel"),
        (
            ORDERS.encode() + "9,Kä,2026-01-05,1\n".encode() + b"9,K\xe4,2026-01-05,1\n",
            "mixes",
        ),
        (",".join(f"c{i}" for i in range(1_000_000)).encode() + b"\n1,2\n", "longer than"),
        (",".join(f"c{i}" for i in range(2_000)).encode() + b"\n1,2\n", "500 columns"),
        (b"," * 3_000 + b"\n1,2\n", "500 columns"),
        ((HEAD + "1,K1,0000-01-05,1\n").encode(), "no date we can take"),
        ((HEAD + "1,K1,9999-12-31,1\n").encode(), "no date we can take"),
        ((HEAD + "1,K1,05/01/9999,1\n").encode(), "no date we can take"),
        ((HEAD + '1,"=HYPERLINK(""http://x"")",2026-01-05,1\n').encode(), "formula"),
        ((HEAD + "1,=cmd|' /C calc'!A0,2026-01-05,1\n").encode(), "formula"),
        ((HEAD + "1,@SUM(A1:A9),2026-01-05,1\n").encode(), "formula"),
        ((HEAD + "1,+cmd|' /C calc'!A0,2026-01-05,1\n").encode(), "formula"),
        ((HEAD + "1,=1+1,2026-01-05,1\n").encode(), "formula"),
        ((HEAD + "1, =A1,2026-01-05,1\n").encode(), "formula"),
        ((HEAD + "1,-2+SUM(A1:A9),2026-01-05,1\n").encode(), "formula"),
        (HEAD.encode(), "headings and no rows"),
        (gzip.compress(gzip.compress(ORDERS.encode())), "another packed"),
        (b"\x1f\x8bnot really", "cannot be unpacked"),
        (b"PK\x03\x04not really", "no workbook"),
    ],
)
def test_a_hostile_file_is_refused(tmp_path, content, why):
    assert re.search(why, refused(put(tmp_path, content)))


def test_a_gigabyte_of_one_line_is_refused(tmp_path):
    path = tmp_path / "line.csv"
    with path.open("wb") as file:
        file.truncate(0)
        for _ in range(1024):
            file.write(b"a" * 1024 * 1024)
    assert "longer than" in refused(path)
    path.unlink()


def test_a_long_line_far_into_the_file_is_refused(tmp_path):
    path = put(tmp_path, HEAD.encode() + SOUND + b"x" * 20_000_000)
    assert "longer than" in refused(path)


def test_a_packed_gigabyte_of_one_line_is_refused(tmp_path):
    path = tmp_path / "line.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(1024):
            file.write(b"a" * 1024 * 1024)
    assert "longer than" in refused(path)


def sheet(body: bytes) -> dict[str, bytes]:
    return {"[Content_Types].xml": b"<Types/>", "xl/worksheets/sheet1.xml": body}


def test_a_zip_bomb_as_workbook_is_refused(tmp_path):
    path = packed(tmp_path / "bomb.xlsx", sheet(b"<worksheet>" + b" " * 300_000_000))
    assert "unpacks to" in refused(path)


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path):
    path = packed(tmp_path / "bomb.xlsx", sheet(b"<worksheet>" + b" " * 30_000_000))
    content = path.read_bytes()
    true, said = (30_000_011).to_bytes(4, "little"), (2_000).to_bytes(4, "little")
    path.write_bytes(content.replace(true, said))
    refused(path)


def test_a_workbook_with_too_many_parts_is_refused(tmp_path):
    parts = sheet(b"<worksheet/>") | {f"x{i}.xml": b"" for i in range(1000)}
    assert "more parts" in refused(packed(tmp_path / "parts.xlsx", parts))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused(tmp_path, encoding):
    body = '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'.encode(encoding)
    assert "DOCTYPE" in refused(packed(tmp_path / "entity.xlsx", sheet(body)))


def test_a_workbook_with_formulas_is_refused(tmp_path):
    rows = ["order number", "customer", "date", "total"], [1, "K1", "2026-01-05", "=1+1"]
    assert "formulas" in refused(workbook(tmp_path, *rows))


def test_a_formula_far_into_a_workbook_is_refused(tmp_path):
    lots = random.Random(3)
    rows = [[n, f"K{lots.random()}", "2026-01-05", lots.random()] for n in range(5_000)]
    head = ["order number", "customer", "date", "total"]
    path = workbook(tmp_path, head, *rows, [9, "K1", "2026-01-05", "=1+1"])
    assert "formulas" in refused(path)


def test_a_text_file_that_says_it_is_a_workbook_is_read_as_text(tmp_path):
    assert take(put(tmp_path, ORDERS.encode(), "orders.xlsx")).head == ORDERS.encode()


def test_ordinary_signs_are_no_formulas(tmp_path):
    a_business()
    text = (
        "name,phone,notes\n@ada,+49 30 901820,- likes tea\n-,,=\n=> Eva,,== new ==\n"
        "Boris,+(49) 30 901821,-Call (mornings)\n@anna (Instagram),+49(0)30901822,+ a|b\n"
    )
    imported(tmp_path, text, about="clients")
    assert Client.objects.count() == 5


def test_lines_with_impossible_dates_may_be_rejected_one_by_one(tmp_path):
    a_business()
    text = HEAD + "1,K1,0000-01-05,1\n2,K1,2026-01-05,1\n3,K1,9999-12-31,1\n"
    source = imported(tmp_path, text, odd_dates="reject")
    assert (source.counts["created"], source.counts["rejected"]) == (1, 2)
