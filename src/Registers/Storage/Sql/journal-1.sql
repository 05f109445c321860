-- The coordinator's journal: what was decided, whether it happened, and the commitments for the log in their order.
-- The same text runs on SQLite and on PostgreSQL. Times are Unix milliseconds.

create table act (
    act             text   not null primary key,
    stage           text   not null,
    kind            text   not null,
    staff           text   not null,
    office          text   not null,
    decided_at      bigint not null,
    committed_at    bigint,
    commit_sequence bigint unique,
    refusal         text,
    other           text,
    body            text   not null
);
create index act_open on act (stage, decided_at) where stage not in ('Completed', 'Cancelled');

-- Whom an act touches, in which store; commit_sequence is null until the act has happened.
create table touched (
    person          text   not null,
    store           text   not null,
    act             text   not null,
    commit_sequence bigint,
    primary key (person, store, act)
);
create index touched_act on touched (act);

create table outbox (
    sequence   bigint not null primary key,
    act        text,
    subject    text,
    topic      text   not null,
    nonce      text   not null unique,
    commitment text   not null,
    record     text   not null,
    made_at    bigint not null
);
create index outbox_subject on outbox (subject, sequence);
create index outbox_act on outbox (act);
