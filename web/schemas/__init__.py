"""The outer shapes of commands, queries and answers: one module per aggregate."""
