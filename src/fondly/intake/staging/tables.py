"""The staged tables of new rows: `n` numbers them from 1 in the order of writing; what they
hang on is either here already (its id) or new too (its n)."""

import duckdb

TABLES = {
    "new_client": """n BIGINT, who VARCHAR, number VARCHAR, kind VARCHAR, name VARCHAR,
        sort_name VARCHAR, industry VARCHAR, influence INTEGER, growth_potential INTEGER,
        time_zone VARCHAR, language VARCHAR, owner_id BIGINT, client_since VARCHAR,
        notes VARCHAR, extra VARCHAR""",
    "new_contact": "n BIGINT, client_n BIGINT, client_id BIGINT, name VARCHAR, "
    "is_primary BOOLEAN",
    "new_point": "n BIGINT, contact_n BIGINT, contact_id BIGINT, kind VARCHAR, "
    "value VARCHAR, normalised VARCHAR",
    "new_address": "n BIGINT, client_n BIGINT, client_id BIGINT, street VARCHAR, "
    "postcode VARCHAR, city VARCHAR, region VARCHAR, country VARCHAR",
    "new_date": "n BIGINT, client_n BIGINT, client_id BIGINT, month INTEGER, day INTEGER, "
    "year INTEGER",
    "new_consent": "n BIGINT, client_n BIGINT, client_id BIGINT, is_granted BOOLEAN, "
    "given VARCHAR, source VARCHAR, wording VARCHAR",
    "new_word": "n BIGINT, client_n BIGINT, word VARCHAR",
    "new_label": "n BIGINT, client_n BIGINT, kind VARCHAR, name VARCHAR",
    "change": "n BIGINT, tbl VARCHAR, row_id BIGINT, version INTEGER, before VARCHAR, "
    "after VARCHAR",
}


def make(con: duckdb.DuckDBPyConnection) -> None:
    """Make all staged tables anew and empty."""
    for table, columns in TABLES.items():
        con.execute(f"CREATE OR REPLACE TABLE {table} ({columns})")
    for table in ("new_order", "new_line", "new_refund"):
        con.execute(f"DROP TABLE IF EXISTS {table}")


def columns_of(table: str) -> list[str]:
    """Return the names of a staged table's columns."""
    return [part.split()[0] for part in TABLES[table].split(",")]
