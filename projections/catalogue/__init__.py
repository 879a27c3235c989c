"""The catalogue: the one place that says, topic by topic, which fields an event sets, of what, and how."""
