"""How each kind of event changes the rows, by topic."""
