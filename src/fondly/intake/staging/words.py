"""Macros by which DuckDB reads keys, numbers, dates and money as a mapping says."""

from fondly.base.money import EXPONENTS
from fondly.base.text.cells import ACTIVE
from fondly.intake.rules.dates import FIRST_YEAR, LAST_YEAR, formats
from fondly.intake.rules.reading import Mapping, Reading
from fondly.intake.staging.lines import text

NULL = "NULL::VARCHAR"
SIGNS = "[\\s '’€$£¥]"


def cell(reading: Reading, heading: str | None) -> str:
    """Return the SQL of a column's trimmed text, NULL where it is blank or not mapped."""
    if not heading or heading not in reading.columns:
        return NULL
    column = f"c{reading.columns.index(heading)}"
    text_of = f"nullif(trim({column}, ' \t\u00a0'), '')"
    # The mark that our own exports set before active cells is no part of the value: this
    # is `restore` of base.text.cells, as DuckDB says it.
    unmarked = f"regexp_replace({text_of}, '^''(''*{ACTIVE})', '\\1')"
    return f"CASE WHEN starts_with({column}, chr(39)) THEN {unmarked} ELSE {text_of} END"


def key(sql: str) -> str:
    """Return the SQL of a key: “17850.0”, as spreadsheets write it, is “17850”."""
    if sql == NULL:
        return NULL
    bare = f"regexp_replace({sql}, '^(\\d+)\\.0$', '\\1')"
    return f"CASE WHEN ends_with({sql}, '.0') THEN {bare} ELSE {sql} END"


def number(sql: str, *, decimal: str, sort: str) -> str:
    """Return the SQL of an exact number; NULL where the text is none."""
    if sql == NULL:
        return f"NULL::{sort}"
    mark, group = (".", ",") if decimal != "," else (",", ".")
    bare = f"regexp_replace({sql}, {text(SIGNS)}, '', 'g')"
    signed = f"regexp_replace({bare}, '^\\((.*)\\)$|^(.*)-$', '-\\1\\2')"
    plain = f"replace(replace({signed}, '{group}', ''), '{mark}', '.')"
    # Read by the wrong mark, “10,50” would be a thousand and fifty: what groups digits
    # must stand where thousands end (or, in India, hundreds of thousands).
    grouped = f"^[+-]?\\d{{1,3}}(\\{group}\\d{{2,3}})*\\{group}\\d{{3}}(\\{mark}\\d*)?$"
    is_one = f"(strpos({bare}, '{group}') = 0 OR regexp_matches({signed}, '{grouped}'))"
    slow = f"CASE WHEN {is_one} THEN TRY_CAST({plain} AS {sort}) END"
    return f"coalesce({plain_number(sql, decimal=decimal, sort=sort)}, {slow})"


def plain_number(sql: str, *, decimal: str, sort: str = "DECIMAL(24, 6)") -> str:
    """Return the SQL of a number that needs no mending, as most are; NULL of others. Of up
    to 18 digits they are read twenty times quicker."""
    narrow = sort.replace("24", "18")
    if sql == NULL:
        return f"NULL::{narrow}"
    if decimal != ",":
        return f"TRY_CAST({sql} AS {narrow})"
    marked = f"TRY_CAST(replace({sql}, ',', '.') AS {narrow})"
    return f"CASE WHEN strpos({sql}, '.') = 0 THEN {marked} END"


def moment(sql: str, mapping: Mapping) -> str:
    """Return the SQL of a local time (or of UTC, where the file gives offsets)."""
    if sql == NULL:
        return "NULL::TIMESTAMP"
    tried = ", ".join(
        text(each) for each in formats(mapping.date, has_offset=mapping.has_offset)
    )
    if not mapping.has_offset:
        return f"date_trunc('second', {_parsed(sql, tried)})"
    plain = f"regexp_replace(replace({sql}, 'T', ' '), ' ?(Z|UTC)$', '+00:00')"
    if not mapping.has_offset:
        return f"date_trunc('second', {_parsed(sql, tried)})"
    plain = f"regexp_replace({plain}, ' ([+-]\\d\\d:?\\d\\d)$', '\\1')"
    parsed = f"timezone('UTC', try_strptime({plain}, [{tried}]))"
    return f"date_trunc('second', {parsed})"


def _parsed(sql: str, tried: str) -> str:
    """Return the SQL of a time as the formats say, or with a T before its hours."""
    spaced = f"regexp_replace({sql}, '(\\d)T(\\d)', '\\1 \\2')"
    return f"coalesce(try_strptime({sql}, [{tried}]), try_strptime({spaced}, [{tried}]))"


def is_odd(sql: str) -> str:
    """Return the SQL of whether a time lies outside what orders can have."""
    return f"(year({sql}) NOT BETWEEN {FIRST_YEAR} AND {LAST_YEAR})"


def in_utc(sql: str, zone: str) -> str:
    """Return the SQL of a local time in UTC."""
    return sql if zone == "UTC" else f"timezone('UTC', timezone({text(zone)}, {sql}))"


def in_zone(sql: str, zone: str) -> str:
    """Return the SQL of a UTC time as it is in `zone`."""
    return sql if zone == "UTC" else f"timezone({text(zone)}, timezone('UTC', {sql}))"


def minor(sql: str, currency: str, *, narrow: str = "") -> str:
    """Return the SQL of an exact amount (nine decimals) in minor units, half to even.

    `narrow` is the same amount in six decimals where it fits into 18 digits, else NULL:
    where it is whole cents of a usual currency, which most are, it is quick.
    """
    cases = " ".join(
        f"WHEN {currency} = {text(code)} THEN {_rounded(sql, places)}"
        for code, places in EXPONENTS.items()
    )
    is_rare = f"{currency} IN ({', '.join(map(text, EXPONENTS))})"
    usual = _rounded(sql, 2)
    quick = (
        f"WHEN NOT {is_rare} AND {narrow}::DECIMAL(18, 2) = {narrow} "
        f"THEN ({narrow}::DECIMAL(18, 2) * 100)::BIGINT"
        if narrow
        else ""
    )
    return f"CASE {quick} WHEN NOT {is_rare} THEN {usual} ELSE (CASE {cases} END) END"


def money(sql: str, currency: str) -> str:
    """Return the SQL of an amount in minor units as people write it."""
    places = " ".join(f"WHEN {text(code)} THEN {n}" for code, n in EXPONENTS.items())
    digits = f"(CASE {currency} {places} ELSE 2 END)"
    unit = f"(10 ** {digits})::BIGINT"
    whole = f"abs({sql}) // {unit}"
    rest = f"lpad((abs({sql}) % {unit})::VARCHAR, {digits}, '0')"
    return f"""(CASE WHEN {sql} < 0 THEN '-' ELSE '' END || {whole}
        || CASE WHEN {digits} > 0 THEN '.' || {rest} ELSE '' END || ' ' || {currency})"""


def _rounded(sql: str, places: int) -> str:
    """Return the SQL of a number of minor units. Casting rounds halves away from nought;
    where a half was rounded to an odd number, one is taken back. Nothing is a float."""
    near, unit = f"({sql})::DECIMAL(38, {places})", 10**places
    half = f"0.{'0' * places}5::DECIMAL(38, 9)"
    odd = f"({near} * {unit}::DECIMAL(10, 0))::BIGINT % 2 <> 0"
    taken = f"CASE WHEN abs({near} - {sql}) = {half} AND {odd} THEN sign({sql}) ELSE 0 END"
    return f"(({near} * {unit}::DECIMAL(10, 0))::BIGINT - {taken})"
