"""A plan folder is written here from any state, past or present."""
