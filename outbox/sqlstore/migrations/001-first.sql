-- Marks in braces are filled in by dialect.go. Times are Unix milliseconds, 0 is none.
create table batch (
  id       text primary key,
  script   text not null,             -- SHA-256 of the script it began with
  template text not null default '',
  state    text not null,             -- open, cancelled
  walk     bigint not null default 0, -- number of the last walk of its source
  walked   bigint not null default 0, -- 1: that walk came to its end
  producer bigint not null default 0, -- worker that walks it or did so last
  created  bigint not null,
  updated  bigint not null
);
create table item (
  id         {serial},
  batch      text not null,             -- '' is mail that was put by itself
  key        text not null,
  part       bigint not null default 0,
  state      text not null,
  walk       bigint not null default 0, -- of the source that brought it last
  site       text not null default '',
  relays     text not null default '',  -- JSON array, in order of failover
  sender     text not null default '',
  rcpts      text not null default '',  -- JSON array of those still to be tried; '' is not known yet
  message_id text not null default '',
  attempts   bigint not null default 0, -- those that count for the retry schedule
  tries      bigint not null default 0, -- all of them
  due        bigint not null default 0,
  expires    bigint not null default 0,
  worker     bigint not null default 0, -- that claimed it last
  taken      bigint not null default 0, -- 1: that worker has it (claimed, intent)
  relay      text not null default '',  -- of the last try
  code       bigint not null default 0, -- of the last reply; 0: ours
  enhanced   text not null default '',
  text       text not null default '',
  queue_id   text not null default '',
  body       text not null default '',  -- SHA-256 in table body; '' is rendered from table source_row
  key_until  bigint not null default 0, -- when the key may be used again
  created    bigint not null,
  updated    bigint not null,
  room       text not null default '',  -- spaces that make way for what comes to be known
  unique (batch, key, part)
);
create index item_open on item (batch, site, walk, due, id, state)
  where (state = 'pending' or state = 'ready' or state = 'deferred');
create index item_taken on item (worker) where taken = 1;
create index item_body on item (body) where body <> '';
create table source_row (
  item {id},
  json text not null
);
create table rcpt_outcome (
  item     bigint not null,
  address  text not null,
  state    text not null,
  code     bigint not null,
  enhanced text not null,
  text     text not null,
  queue_id text not null,
  primary key (item, address)
) {compact};
create table event (
  item     bigint not null,
  try      bigint not null,
  state    text not null,
  relay    text not null,
  code     bigint not null,
  enhanced text not null,
  text     text not null,
  queue_id text not null,
  worker   bigint not null,
  at       bigint not null,
  told     bigint not null,           -- 0: a callback waits for it
  primary key (item, try)
) {compact};
create index event_untold on event (at, item, try) where told = 0;
create table site (
  name    text primary key,
  connections {real} not null,            -- connections that the last feedback allowed
  cohorts bigint not null,
  next    bigint not null,
  budgets text not null,              -- JSON: by rate, when its bucket is whole again
  updated bigint not null
);
create table body (
  sum     text primary key,
  size    bigint not null,
  data    {blob},                     -- null: a file of that name in the folder beside the store
  created bigint not null
);
create table suppress (
  address text not null,
  scope   text not null,
  reason  text not null,
  source  text not null,
  until   bigint not null,
  created bigint not null,
  primary key (address, scope)
) {compact};
create table kv (
  space   text not null,
  key     text not null,
  value   {blob} not null,
  until   bigint not null,
  updated bigint not null,
  primary key (space, key)
) {compact};
create table worker (
  id      {serial},
  host    text not null,
  process bigint not null,
  since   bigint not null,
  beat    bigint not null             -- the database's clock
);
create table share (
  name   text not null,
  shard  bigint not null,
  worker bigint not null,             -- 0: free
  primary key (name, shard)
) {compact};
create table want (
  name   text not null,
  worker bigint not null,
  primary key (name, worker)
) {compact};
create view item_view as select id, batch, key, part, state, site, rcpts, relay, attempts, tries,
  {iso due} as due, {iso expires} as expires, code, enhanced, text, queue_id, message_id, worker,
  {iso created} as created, {iso updated} as updated from item;
create view batch_view as select id, state, walk, walked, producer, {iso created} as created, {iso updated} as updated from batch;
create view event_view as select item, try, state, relay, code, enhanced, text, {iso at} as at, told from event;
