"""The event store against a real server, from several threads and processes."""
