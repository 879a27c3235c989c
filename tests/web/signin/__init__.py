"""Tests of signing in by an OpenID provider."""
