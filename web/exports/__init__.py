"""Exports: any list taken away as a file, whole, as of one moment, with what it takes to check a copy later.

A file says what was asked, by whom and at which position, holds the rows, and ends with their count and their
SHA-256. What broke off lacks that end. docs/exports.md describes the three formats.
"""
