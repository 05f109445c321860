-- The access list: drafts, every version ever published, the keys that signed them, the certificates above the
-- terminals', and the latest moment that was seen. The same text runs on SQLite and on PostgreSQL. Times are Unix
-- milliseconds, days are YYYY-MM-DD. Nothing here is ever deleted; only a draft and the moment are overwritten.

create table version (
    number       bigint not null primary key,
    cause        text   not null,
    reason       text   not null,
    draft        text,
    author       text,
    approver     text,
    published_at bigint not null,
    list         text   not null,
    jws          text   not null,
    nonce        text   not null unique,
    -- The commitment's number in the outbox; until it is there the version is not in force.
    outbox       bigint unique
);

create table draft (
    id         text   not null primary key,
    state      text   not null,
    changed_at bigint not null,
    version    bigint not null,
    body       text   not null
);
create index draft_changed on draft (changed_at);

create table list_key (
    kid        text   not null primary key,
    jwk        text   not null,
    first_used bigint not null
);

create table authority (
    sequence    bigint not null primary key,
    kind        text   not null,
    holder      text   not null,
    certificate text   not null,
    made_at     bigint not null,
    nonce       text   not null unique,
    outbox      bigint unique
);

create table moment (
    id     bigint not null primary key,
    latest bigint not null
);
