"""The questions that the entries answer."""
