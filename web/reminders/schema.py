"""Reminders create their tables, or bring them up to date."""

from importlib.resources import files
from typing import Any

from psycopg import Connection


def create(conn: Connection[Any]) -> None:
    """Creates the schema `reminders`, or does nothing if it is there; the caller commits."""
    conn.execute(files(__package__).joinpath("schema.sql").read_bytes())
