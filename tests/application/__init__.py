"""Use cases and the event store."""
