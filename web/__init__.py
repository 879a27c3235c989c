"""The HTTP API, the console and the command line; the only package that sees both sides of the house."""
