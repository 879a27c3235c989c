create schema if not exists webhooks;

-- Who is told of which events. Secrets are encrypted under a key that is not here (web/webhooks/secrets.py).
create table if not exists webhooks.subscriptions (
    id             uuid primary key default uuidv7(), -- in the order in which they were made
    url            text not null,
    topics         text[] not null check (cardinality(topics) > 0), -- as asked for, sorted
    status         text not null default 'active' check (status in ('active', 'paused')),
    paused_because text check (paused_because in ('asked', 'gone')),
    secret         bytea not null,
    former_secret  bytea,
    former_until   timestamptz,
    position       bigint not null, -- up to here every event is ended, pending, or behind a pending one
    created_at     timestamptz not null default clock_timestamp(),
    created_by     text not null,
    unique (url, topics),
    check ((status = 'paused') = (paused_because is not null)),
    check ((former_secret is null) = (former_until is null))
);

-- A database of before they were encrypted; the next start or migration encrypts what it has.
alter table webhooks.subscriptions drop constraint if exists subscriptions_secret_check;

-- What is to be sent, and the end of what was sent. A pending one is the first of its aggregate that has not ended:
-- its later events, up to the position of the subscription, follow when it has. One that is sent alone was asked for
-- again by itself, and nothing follows it.
create table if not exists webhooks.deliveries (
    subscription_id uuid not null, -- whoever writes here holds the row of the subscription
    position        bigint not null,
    originator_id   uuid not null,
    status          text not null default 'pending' check (status in ('pending', 'delivered', 'parked')),
    alone           boolean not null default false,
    attempts        integer not null default 0,
    since           timestamptz not null, -- it has been due
    next_attempt_at timestamptz,
    ended_at        timestamptz,
    answer          integer,              -- status of the last answer; null if there was none
    error           text,                 -- what was wrong with the last attempt
    primary key (subscription_id, position),
    check ((status = 'pending') = (next_attempt_at is not null)),
    check ((status = 'pending') = (ended_at is null))
);

create unique index if not exists deliveries_in_turn on webhooks.deliveries (subscription_id, originator_id)
    where status = 'pending' and not alone;
create index if not exists deliveries_due on webhooks.deliveries (subscription_id, next_attempt_at, position)
    where status = 'pending';
create index if not exists deliveries_delivered on webhooks.deliveries (subscription_id, ended_at, position)
    where status = 'delivered';

create or replace function webhooks.wants(topics text[], topic text) returns boolean language sql immutable
    return topics && array[topic, split_part(topic, '.', 1) || '.*', '*'];
