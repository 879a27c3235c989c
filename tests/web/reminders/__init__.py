"""Tests of reminders, with a real SMTP server."""
