create schema if not exists access;

-- A token is 256 random bits; only its hash is kept, so that a copy of the database opens nothing.
create table if not exists access.tokens (
    id         uuid primary key default gen_random_uuid(),
    hash       bytea not null unique check (octet_length(hash) = 32),
    role       text not null check (role in ('admin', 'hr', 'auditor', 'employee', 'service')),
    person_id  uuid,
    name       text not null,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz,
    revoked_at timestamptz
);
