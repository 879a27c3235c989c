"""The paths under /api/v1: one module per aggregate, each a blueprint."""
