"""Reminders tell people what they owe: a mail each morning of the organisation, for whom something has become
due, or has been late for so long that it is told to whoever leads them.

What holds, and why:

- once each: what was told is kept as long as it is due, so that a restart is quiet;
- one mail a person and day at most: a mail is noted before it is sent, and one of which nobody knows whether
  it arrived is not sent again;
- none after it was done: what a mail says is asked right before it is sent;
- one at a time: who goes through the people holds an advisory lock;
- channels of Slack and Teams are told counts, once a day;
- no personal text: a mail says what kind of thing is due and when, and leads to it. No title, no name.
"""
