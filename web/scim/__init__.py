"""SCIM 2.0 (RFC 7643, RFC 7644): the directory comes from an identity provider, dated.

It stands beside the API of /api/v1 and is not in its OpenAPI document, but goes through the same doors:
authentication, access table, bounds, journal.
"""
