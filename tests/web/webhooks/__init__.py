"""Webhooks, sent to real receivers on this machine."""
