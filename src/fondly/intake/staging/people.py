"""Clients in the staging area: each row read, matched, compared and laid out."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import duckdb

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _
from fondly.base.text import fold
from fondly.clients.rules import MISFITS, field_value, search_words
from fondly.intake.models import known
from fondly.intake.models.known import Known
from fondly.intake.rules import consent
from fondly.intake.rules.colleagues import Colleagues
from fondly.intake.rules.numbers import plain_number
from fondly.intake.rules.person import Person, moment, read
from fondly.intake.rules.reading import Mapping, Reading
from fondly.intake.staging import tables, words
from fondly.intake.staging.lines import fill, one

BATCH = 500
NAMESAKE = "A client of this name is here already, and is not touched."
FLUSH = 10 * BATCH
OUTCOME = ["line", "what", "subject", "why", "diff"]


@dataclass(kw_only=True)
class Layout:
    """The rows to stage; `next` numbers those of each table."""

    mapping: Mapping
    region: str
    now: datetime
    colleagues: Colleagues
    fields: dict[str, Any]
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    next: dict[str, int] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)  # number or address → line
    outcome: list[tuple[Any, ...]] = field(default_factory=list)
    rejects: list[tuple[int, str]] = field(default_factory=list)

    def add(self, table: str, **row: Any) -> int:
        """Stage a row of a table and return its number."""
        n = self.next[table] = self.next.get(table, 0) + 1
        self.rows.setdefault(table, []).append(row | {"n": n})
        return n

    def flush(self, con: duckdb.DuckDBPyConnection) -> None:
        """Write what has gathered to the staging file."""
        for table, rows in self.rows.items():
            columns = tables.columns_of(table)
            fill(con, table, columns, ([row.get(c) for c in columns] for row in rows))
        fill(con, "outcome", OUTCOME, self.outcome)
        fill(con, "reject", ["n", "reason"], self.rejects)
        self.rows, self.outcome, self.rejects = {}, [], []


def stage(
    con: duckdb.DuckDBPyConnection, reading: Reading, layout: Layout
) -> Iterator[int]:
    """Stage every line of the file; yield how many are done."""
    tables.make(con)
    con.execute(
        """CREATE OR REPLACE TABLE outcome (line BIGINT, what VARCHAR, subject VARCHAR,
            why VARCHAR, diff VARCHAR)"""
    )
    con.execute("CREATE OR REPLACE TABLE reject AS SELECT n, reason FROM torn")
    last, done = 0, 0
    while batch := _batch(con, reading, layout.mapping, after=last):
        last, done = batch[-1][0], done + len(batch)
        _stage_batch(layout, batch)
        if done % FLUSH == 0:
            layout.flush(con)
        yield done
    layout.flush(con)


def _batch(
    con: duckdb.DuckDBPyConnection, reading: Reading, mapping: Mapping, *, after: int
) -> list[tuple[int, dict[str, str], dict[str, str]]]:
    """Return the next lines as cells by target, and own fields by slug."""
    named = list(mapping.columns.items())
    own = list(mapping.extra.items())
    columns = ", ".join(words.cell(reading, heading) for _slug, heading in (*named, *own))
    rows = con.execute(
        f"SELECT n, {columns} FROM line WHERE n > {after} ORDER BY n LIMIT {BATCH}"
    ).fetchall()
    return [
        (
            row[0],
            {slug: v for (slug, _), v in zip(named, row[1:], strict=False) if v},
            {slug: v for (slug, _), v in zip(own, row[1 + len(named) :], strict=True) if v},
        )
        for row in rows
    ]


def _stage_batch(
    layout: Layout, batch: Sequence[tuple[int, dict[str, str], dict[str, str]]]
) -> None:
    people = []
    for line, cells, own in batch:
        try:
            people.append(_read(layout, line, cells, own))
        except Refusal as refusal:
            layout.rejects.append((line, str(refusal)))
    numbers = known.by_number([p.number for p in people if p.number])
    addresses = [address.lower() for p in people for address in p.emails]
    emails, opted_out = known.by_email(addresses), known.opted_out(addresses)
    matches = {p.line: _match(p, numbers, emails) for p in people}
    here = known.load({pk for pk in matches.values() if pk})
    namesakes = known.names([_sort_name(p) for p in people if matches[p.line] not in here])
    for person in people:
        try:
            _refuse_doubles(layout, person, emails)
        except Refusal as refusal:
            layout.rejects.append((person.line, str(refusal)))
            continue
        if any(address.lower() in opted_out for address in person.emails):
            consent.leave_opt_out(person)
        match = matches[person.line]
        if match in here:
            _stage_known(layout, person, here[match])
        else:
            if _sort_name(person) in namesakes:
                person.remarks.append(NAMESAKE)
            _stage_new(layout, person)


def _name(person: Person) -> str:
    """Return what a new client is called, if need be by number or address."""
    fallback = person.number or (person.emails[0] if person.emails else "")
    return str(person.values.get("name") or fallback)


def _sort_name(person: Person) -> str:
    return fold(_name(person))[:200]


def _read(layout: Layout, line: int, cells: dict[str, str], own: dict[str, str]) -> Person:
    if cells.get("number", "").endswith(".0"):
        cells["number"] = cells["number"][:-2]
    person = read(line, cells, layout.mapping, region=layout.region, now=layout.now)
    if person.owner:
        person.values["owner"] = layout.colleagues.named(person.owner)
    extra = {}
    for slug, value in own.items():
        if kind := layout.fields.get(slug):
            extra[slug] = _own_value(value, kind, layout.mapping)
    if extra:
        person.values["extra"] = extra
    return person


def _own_value(value: str, field: Any, mapping: Mapping) -> Any:
    """Return the value of one's own field, a number or a day as the file writes them."""
    plain: str | None = value
    if value and field.kind == "number":
        plain = plain_number(value, mapping.decimal)
    if value and field.kind == "date":
        plain = moment(value, mapping.date).date().isoformat()
    if plain is None:
        raise Refusal(MISFITS[field.kind], raw=value, label=field.label)
    return field_value(plain, kind=field.kind, label=field.label, choices=field.choices)


def _match(
    person: Person, numbers: dict[str, int], emails: dict[str, tuple[int, str]]
) -> int | None:
    """Return who this is: by number first, then by an address of one without another."""
    if person.number in numbers:
        return numbers[person.number]
    for address in person.emails:
        client_id, number = emails.get(address.lower(), (None, ""))
        if client_id and (not person.number or number in {"", person.number}):
            return client_id
    return None


def _refuse_doubles(
    layout: Layout,
    person: Person,
    emails: dict[str, tuple[int, str]],
) -> None:
    """Refuse a row that says a client again, or whose address is another client's."""
    keys = [f"n:{person.number}"] if person.number else []
    keys += [f"e:{address.lower()}" for address in person.emails]
    for key in keys:
        if key in layout.seen:
            raise Refusal(_("Line %(n)s names the same client."), n=layout.seen[key])
    for address in person.emails:
        owner, number = emails.get(address.lower(), (None, ""))
        if owner and person.number and number not in {"", person.number}:
            raise Refusal(
                _("“%(address)s” belongs to the client numbered %(number)s."),
                address=address,
                number=number,
            )
    layout.seen |= dict.fromkeys(keys, person.line)


def _stage_new(layout: Layout, person: Person) -> None:
    """Stage a client who is not here yet."""
    values = person.values
    name = _name(person)
    client = layout.add(
        "new_client",
        number=person.number,
        kind=values.get("kind", "organisation"),
        name=name,
        sort_name=_sort_name(person),
        industry=values.get("industry", ""),
        influence=values.get("influence"),
        growth_potential=values.get("growth_potential"),
        time_zone=values.get("time_zone", ""),
        language=values.get("language", ""),
        owner_id=values.get("owner"),
        client_since=values.get("client_since"),
        notes=values.get("notes", ""),
        extra=json.dumps(values.get("extra", {})),
    )
    is_person = values.get("kind") == "person"
    needs_contact = is_person or person.emails or person.phones
    contact_name = person.contact_name or (name if needs_contact else "")
    if contact_name:
        contact = layout.add(
            "new_contact", client_n=client, name=contact_name, is_primary=True
        )
        _stage_points(layout, person, set(), contact_n=contact)
    if person.address:
        layout.add("new_address", client_n=client, **person.address)
    if person.birthday:
        _stage_birthday(layout, person, client_n=client)
    for kind, label in person.labels:
        layout.add("new_label", client_n=client, kind=kind, name=label)
    consent.settle(person, None, now=layout.now)
    _stage_consent(layout, person, client_n=client)
    phones = [normalised for _value, normalised in person.phones]
    emails = [address.lower() for address in person.emails]
    for word in sorted(search_words(name, person.number, [contact_name], emails, phones)):
        layout.add("new_word", client_n=client, word=word)
    layout.outcome.append((person.line, "created", name, _why(person), ""))


def _stage_points(
    layout: Layout, person: Person, present: set[tuple[str, str]], **to: int
) -> list[str]:
    """Stage the addresses and phones that are not here; return them in words."""
    wanted = [("email", address, address.lower()) for address in person.emails]
    wanted += [("phone", value, normalised) for value, normalised in person.phones]
    added = []
    for kind, value, normalised in wanted:
        if (kind, normalised) not in present:
            layout.add("new_point", kind=kind, value=value, normalised=normalised, **to)
            present.add((kind, normalised))
            added.append(f"{kind}: + {value}")
    return added


def _stage_birthday(layout: Layout, person: Person, **to: int) -> None:
    assert person.birthday
    month, day, year = person.birthday
    layout.add("new_date", month=month, day=day, year=year, **to)


def _stage_consent(layout: Layout, person: Person, **to: int) -> bool:
    if person.consent is None:
        return False
    given = person.consent_at or layout.now
    layout.add(
        "new_consent",
        is_granted=person.consent,
        given=given.astimezone(UTC).replace(tzinfo=None).isoformat(" "),
        source=person.consent_source or "import",
        wording=person.consent_wording,
        **to,
    )
    return True


def _why(person: Person) -> str:
    return " ".join(person.remarks)


def _stage_known(layout: Layout, person: Person, here: Known) -> None:
    """Stage what a row says anew about a client who is here."""
    diff = _changed_client(layout, person, here)
    contact = _contact_for(layout, person, here)
    if "contact_n" in contact:
        diff.append(f"contact: + {person.contact_name or here.client.name}")
    if contact:
        diff += _stage_points(layout, person, here.points, **contact)
    diff += _changed_address(layout, person, here)
    if person.birthday and here.birthday is None:
        _stage_birthday(layout, person, client_id=here.client.pk)
        diff.append("birthday: +")
    consent.settle(person, here.consent, now=layout.now)
    if _stage_consent(layout, person, client_id=here.client.pk):
        diff.append("consent: +")
    what = "changed" if diff else "skipped"
    why = _why(person) or ("" if diff else "Is here already, the same.")
    layout.outcome.append((person.line, what, here.client.name, why, "; ".join(diff)))


def _changed_client(layout: Layout, person: Person, here: Known) -> list[str]:
    client, before, after = here.client, {}, {}
    for slug, value in person.values.items():
        is_own = slug == "extra"
        was: Any = client.owner_id if slug == "owner" else getattr(client, slug)
        was = was.isoformat() if slug == "client_since" and was else was
        value = (was | value) if is_own else value
        if was != value:
            before[slug], after[slug] = was, value
    if "name" in after:
        before["sort_name"], after["sort_name"] = (
            client.sort_name,
            fold(after["name"])[:200],
        )
    diff = [f"{k}: {before[k] or '–'} → {v}" for k, v in after.items() if k != "sort_name"]
    new = [pair for pair in person.labels if (pair[0], fold(pair[1])) not in here.labels]
    if new:
        before["labels"], after["labels"] = sorted(here.labels.values()), new
        diff += [f"{kind}: + {name}" for kind, name in new]
    if after:
        _stage_change(layout, "client", client, before, after)
    return diff


def _stage_change(
    layout: Layout, table: str, row: Any, before: dict[str, Any], after: dict[str, Any]
) -> None:
    layout.add(
        "change",
        tbl=table,
        row_id=row.pk,
        version=row.version + 1,
        before=json.dumps(before),
        after=json.dumps(after),
    )


def _contact_for(layout: Layout, person: Person, here: Known) -> dict[str, int]:
    """Return to whom new points belong: the contact named, else the first one."""
    wanted = fold(person.contact_name)
    named = (
        [c for c in here.contacts if fold(c.name) == wanted] if wanted else here.contacts
    )
    if not named and person.names_only({fold(c.name) for c in here.contacts}):
        named = here.contacts
    if named:
        return {"contact_id": named[0].pk}
    if not (wanted or person.emails or person.phones):
        return {}
    contact = layout.add(
        "new_contact",
        client_id=here.client.pk,
        name=person.contact_name or here.client.name,
        is_primary=not here.contacts,
    )
    return {"contact_n": contact}


def _changed_address(layout: Layout, person: Person, here: Known) -> list[str]:
    # What stands here in several addresses is nothing new in one cell.
    said = {k: part for k, part in person.address.items() if part != here.all_of(k)}
    if not said:
        return []
    if not here.addresses:
        layout.add("new_address", client_id=here.client.pk, **said)
        return ["address: +"]
    first = here.addresses[0]
    before = {slug: getattr(first, slug) for slug in said}
    if before == said:
        return []
    _stage_change(layout, "address", first, before, said)
    return [
        f"{slug}: {was or '–'} → {said[slug]}"
        for slug, was in before.items()
        if was != said[slug]
    ]


def labels(con: duckdb.DuckDBPyConnection) -> list[tuple[int, str, str]]:
    """Return the labels of new clients: (n of the client, kind, name)."""
    return con.execute("SELECT client_n, kind, name FROM new_label ORDER BY n").fetchall()


def total(con: duckdb.DuckDBPyConnection) -> int:
    """Return how many lines there are to stage."""
    return int(one(con, "SELECT count(*) FROM line"))
