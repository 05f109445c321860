-- Each subject's records form a chain, numbered from 1 without gaps. A record about nobody, or from before, is number 0
-- and in no chain.
alter table outbox add column number bigint not null default 0;
alter table outbox add column previous_link text not null default '';
alter table outbox add column link_key text not null default '';
alter table outbox add column link text not null default '';
create unique index outbox_chain on outbox (subject, number) where number > 0;
