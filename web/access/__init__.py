"""Access decides who may use the API: bearer tokens, stored hashed, each with a role."""
