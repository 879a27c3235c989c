"""Webhooks by the Standard Webhooks specification: events posted to whoever subscribed to their topics.

What holds, and why:

- at least once: a delivery is ended in the database after the receiver has answered, never before;
- nothing is skipped: a subscription's `position` and the deliveries found up to it commit together;
- in order for each aggregate: a subscription has one delivery in turn for an aggregate, and the next one is
  looked up in the log when that has ended; what else there is for it waits in the log, not in a table;
- one sender: it holds an advisory lock in the session in which it writes.
"""
