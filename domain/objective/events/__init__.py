"""Storage: every event of an objective, written out, each with its topic for ever."""
