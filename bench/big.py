"""A large business, made by DuckDB into a migrated database, SQLite or PostgreSQL.

100,000 clients, 2 million orders and 1 million touches over six years, unless CLIENTS,
ORDERS, TOUCHES and CONTRACTS say otherwise. Deterministic. Run it in a process of its
own: DuckDB carries its own SQLite, which must not share a process with another
connection.
"""

import os
import sys
from datetime import date

from bench.group_by import attached
from bench.words import FIRST, LAST

CLIENTS = int(os.environ.get("CLIENTS", "100000"))
ORDERS = int(os.environ.get("ORDERS", "2000000"))
TOUCHES = int(os.environ.get("TOUCHES", "1000000"))
CONTRACTS = int(os.environ.get("CONTRACTS", "0"))
DAYS = 6 * 365
STATEMENTS = """
SET VARIABLE today = DATE '{today}';
CREATE TEMP MACRO unit(x) AS CAST(hash(x) % 1000003 AS DOUBLE) / 1000004;
CREATE TEMP TABLE who AS
  SELECT i AS id,
         {first}[1 + i % {firsts}] || ' ' || {last}[1 + (i // {firsts}) % {lasts}]
           || ' ' || (1 + i // ({firsts} * {lasts})) AS name,
         CAST(hash(i) % 1000003 AS DOUBLE) / 1000003 AS u,
         CAST(hash(i + 7) % 1000003 AS DOUBLE) / 1000003 AS v,
         CAST(hash(i + 13) % 1000003 AS DOUBLE) / 1000003 AS w
  FROM range(1, {clients} + 1) t(i);
INSERT INTO live.clients_client
  (id, version, number, kind, name, sort_name, industry, influence, growth_potential,
   time_zone, language, owner_id, client_since, notes, extra, stage, stage_by_hand, tier,
   leaving_reason, leaving_note, created_at, updated_at)
  SELECT id, 1, 'K' || id, CASE WHEN id % 3 = 0 THEN 'person' ELSE 'organisation' END, name,
         lower(name), {last}[1 + id % {lasts}], 1 + id % 5, 1 + (id // 5) % 5, '', '',
         1 + id % {owners}, NULL, '', '{{}}', 'active', '', '', '', '', '{now}', '{now}'
  FROM who;
INSERT INTO live.clients_contact
  (id, version, client_id, name, title, is_primary, time_zone, notes)
  SELECT id, 1, id, 'Robin ' || name, '', 1, '', '' FROM who;
INSERT INTO live.clients_contactpoint
  (id, version, contact_id, kind, value, normalised, label, is_dead)
  SELECT id, 1, id, 'email', 'c' || id || '@example.org', 'c' || id || '@example.org', '', 0
  FROM who
  UNION ALL
  SELECT {clients} + id, 1, id, 'phone', '+49 421 ' || (5000000 + id),
         '+49421' || (5000000 + id), '', 0 FROM who;
INSERT INTO live.clients_searchword (client_id, word)
  SELECT DISTINCT id, word FROM (
    SELECT id, unnest(string_split(lower(name), ' ')) AS word FROM who
    UNION ALL SELECT id, 'k' || id FROM who
    UNION ALL SELECT id, 'c' || id || '@example.org' FROM who
    UNION ALL SELECT id, '49421' || (5000000 + id) FROM who
    UNION ALL SELECT id, '421' || (5000000 + id) FROM who);
INSERT INTO live.clients_importantdate
  (id, version, client_id, contact_id, kind, label, month, day, year)
  SELECT id, 1, id, id, 'birthday', '', 1 + id % 12, 1 + id % 28, NULL
  FROM who WHERE id % 4 = 0;
CREATE TEMP TABLE bought AS
  WITH steps AS (
    -- Each client buys at a pace of their own, and may leave after any purchase.
    SELECT id, u, j, unit(id * 1000 + j) AS r, {pace} * (0.2 + 1.6 * v) AS pace
    FROM who, unnest(range(least(400, 1 + CAST(
      ln(1 - unit(id + 29)) / ln(0.99 - 0.04 * w) AS INTEGER)))) step(j)
  ), dated AS (
    SELECT id, j, getvariable('today') - 1 - CAST((1 - u) * {days} AS INTEGER)
      + CAST(sum(CASE WHEN j = 0 THEN 0 ELSE -ln(1 - r) * pace END)
          OVER (PARTITION BY id ORDER BY j) AS INTEGER) AS day
    FROM steps
  )
  SELECT row_number() OVER (ORDER BY id, j) AS id, id AS client_id, day,
         500 + hash(id * 31 + j) % 40000 AS amount, hash(id + j) % 86000 AS second
  FROM dated WHERE day < getvariable('today');
INSERT INTO live.clients_order
  (id, version, client_id, key, number, placed_at, placed_on, amount, currency, note)
  SELECT id, 1, client_id, 'n:' || id, CAST(id AS VARCHAR),
         strftime(day + to_seconds(CAST(second AS BIGINT)), '%Y-%m-%d %H:%M:%S'),
         strftime(day, '%Y-%m-%d'), amount, 'EUR', '' FROM bought;
INSERT INTO live.touches_touch
  (id, version, client_id, "at", direction, medium, purpose, what, key)
  SELECT i, 1, 1 + hash(i) % {clients},
         strftime(getvariable('today') - CAST(1 + hash(i + 5) % {days} AS INTEGER)
           + to_seconds(CAST(hash(i) % 86000 AS BIGINT)), '%Y-%m-%d %H:%M:%S'),
         CASE WHEN i % 5 = 0 THEN 'in' ELSE 'out' END,
         ['call', 'email', 'visit', 'post'][1 + i % 4],
         ['give', 'ask', 'service'][1 + i % 3],
         'Talked about the season', ''
  FROM range(1, {touches} + 1) t(i);
INSERT INTO live.clients_contract
  (id, version, client_id, number, name, started_on, months, price, currency, promo_price,
   promo_ends_on, next_price, next_price_from, renews_on, renewal_months, notice_days,
   ends_on)
  WITH agreed AS (
    SELECT i AS id, 1 + hash(i + 3) % {clients} AS client_id, unit(i + 17) AS r,
           getvariable('today') - CAST(hash(i + 11) % {days} AS INTEGER) AS began
    FROM range(1, {contracts} + 1) t(i)
  )
  SELECT id, 1, client_id, '', 'Care', began, 1, 1000 + hash(id) % 20000, 'EUR',
         CASE WHEN id % 7 = 0 THEN 900 END,
         CASE WHEN id % 7 = 0 THEN began + 365 END,
         CASE WHEN id % 11 = 0 THEN 1100 + hash(id) % 20000 END,
         CASE WHEN id % 11 = 0 THEN getvariable('today') + 60 END,
         NULL, 12, 30,
         CASE WHEN r < 0.25 THEN
           least(began + 364 + 365 * CAST(r * 12 AS INTEGER), getvariable('today') - 1) END
  FROM agreed;
"""


def fill(kind: str, address: str, *, today: date, owners: int) -> None:
    """Fill a migrated database that has `owners` users with ids from 1."""
    # An in-memory engine, so that nothing but the database is written.
    engine = attached(kind, address, is_written=True)
    words = {
        "first": str(FIRST),
        "last": str(LAST),
        "firsts": len(FIRST),
        "lasts": len(LAST),
        "clients": CLIENTS,
        "orders": ORDERS,
        "touches": TOUCHES,
        "contracts": CONTRACTS,
        "days": DAYS,
        # Days between purchases for about ORDERS of them in all.
        "pace": 34 * 2_000_000 / 100_000 / (ORDERS / CLIENTS),
        "owners": owners,
        "today": today.isoformat(),
        "now": f"{today.isoformat()} 08:00:00",
    }
    for statement in STATEMENTS.format(**words).split(";\n"):
        if statement.strip():
            engine.execute(statement)
    engine.close()


if __name__ == "__main__":
    fill(*sys.argv[1:3], today=date.fromisoformat(sys.argv[3]), owners=int(sys.argv[4]))
