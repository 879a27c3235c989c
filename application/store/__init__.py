"""The event store: aggregates go in and out as events, in one order, each command once.

`schema.create` makes its tables, `record.sql` holds the one function that writes to them.
"""

from application.store.errors import MovedOn, StoreUnavailable
from application.store.mapper import decode
from application.store.records import Answer, Command, Reads
from application.store.store import Store

__all__ = ["Answer", "Command", "MovedOn", "Reads", "Store", "StoreUnavailable", "decode"]
