-- One register: entries that are only ever added, what is found by what, and the changes that wait for an answer.
-- The same text runs on SQLite and on PostgreSQL. Times are Unix milliseconds, days are YYYY-MM-DD, hashes hexadecimal.

create table entry (
    sequence      bigint not null,
    person        text   not null,
    version       bigint not null,
    act           text   not null,
    kind          text   not null,
    staff         text   not null,
    office        text   not null,
    legal_basis   text   not null,
    valid_from    text   not null,
    recorded_at   bigint not null,
    previous_hash text   not null,
    hash          text   not null,
    body          text   not null
);
-- The rules of uniqueness are indexes with names: a load drops them and makes each by one sort.
create unique index entry_sequence on entry (sequence);
create unique index entry_person on entry (person, version);
create unique index entry_act on entry (act, person);

-- What belongs to one person alone.
create table identifier (
    term   text not null,
    person text not null
);
create unique index identifier_term on identifier (term);
create index identifier_person on identifier (person);

create table name (
    term   text not null,
    person text not null
);
create index name_term on name (term);
create index name_person on name (person);

-- A prepared change is invisible and blocks every other change of that person: the primary key is the rule.
create table prepared (
    person           text   not null primary key,
    expected_version bigint not null,
    act              text   not null,
    kind             text   not null,
    staff            text   not null,
    office           text   not null,
    legal_basis      text   not null,
    valid_from       text   not null,
    prepared_at      bigint not null,
    body             text   not null
);
create index prepared_act on prepared (act);

-- Identifiers that a prepared change will claim.
create table reserved (
    term   text not null primary key,
    act    text not null
);
create index reserved_act on reserved (act);

-- An act once cancelled stays so: a prepare that arrives late finds this and is refused.
create table cancelled (
    act          text   not null primary key,
    cancelled_at bigint not null
);
