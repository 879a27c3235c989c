"""Operations run the service: processes, settings, logs, metrics, health, the embedded PostgreSQL server."""
