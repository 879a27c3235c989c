"""The supervisor and its children, as real processes."""
