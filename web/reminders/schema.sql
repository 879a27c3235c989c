create schema if not exists reminders;

-- What somebody was told to be due. The row is there for as long as it is due: once it was done, it goes.
create table if not exists reminders.told (
    person_id    uuid not null,
    kind         text not null,
    subject_id   uuid not null,
    due_on       date,          -- none: it has no day, and is due for as long as it is there
    told_on      date not null, -- with the mail of this day, if the person has an address
    escalated_on date,          -- with that of whoever led them
    escalated_to uuid,
    unique nulls not distinct (person_id, kind, subject_id, due_on),
    check ((escalated_on is null) = (escalated_to is null))
);
create index if not exists told_late on reminders.told (told_on, person_id) where escalated_on is null;
create index if not exists told_escalated on reminders.told (escalated_to, escalated_on)
    where escalated_on is not null;

-- The mails: one for a person and a day. It is `sending` before anything is sent; what is found so by the next round was
-- broken off, and nobody knows whether it arrived: it is `unknown`, and not sent again.
create table if not exists reminders.mails (
    day             date not null,
    person_id       uuid not null,
    status          text not null check (status in ('sending', 'sent', 'later', 'refused', 'unknown', 'failed')),
    attempts        integer not null default 1,
    next_attempt_at timestamptz,
    lines           integer not null,
    changed_at      timestamptz not null,
    primary key (day, person_id),
    check ((status = 'later') = (next_attempt_at is not null))
);
create index if not exists mails_open on reminders.mails (status, day) where status in ('sending', 'later');

-- The days on which everybody was gone through.
create table if not exists reminders.days (
    day             date primary key,
    ended_at        timestamptz not null,
    without_address integer not null -- people who would have had a mail
);

-- The messages to channels of Slack and Teams: one for a channel and a day.
create table if not exists reminders.chats (
    day             date not null,
    channel         text not null,
    status          text not null check (status in ('sent', 'later', 'refused')),
    attempts        integer not null default 1,
    next_attempt_at timestamptz,
    changed_at      timestamptz not null,
    primary key (day, channel),
    check ((status = 'later') = (next_attempt_at is not null))
);
