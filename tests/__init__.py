"""Mirrors the four packages; beside them the house rules, the oracle and whole journeys."""
