"""How the service runs: processes, settings, logs, metrics, health, and the embedded PostgreSQL server."""
