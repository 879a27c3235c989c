"""Use cases: load, decide, save; and the event store they save to."""
