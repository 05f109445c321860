-- Where the public log holds a commitment: its index, from 0; null while it waits. An index is written once.
alter table outbox add column log_index bigint;
create index outbox_unlogged on outbox (sequence) where log_index is null;
