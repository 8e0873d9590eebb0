-- What came of trials. Rows are added, and never changed or removed.
create table trial (
  id <id>,
  trial_key text not null,
  stored text not null,
  output text not null,
  model text not null,
  task text not null,
  method text not null,
  stage text not null,
  seed bigint not null,
  until_step bigint,
  untrained bigint not null,
  device text not null,
  precision text not null,
  base text not null,
  data text not null,
  plugins text not null,
  graft text not null,
  started text,
  method_parameters bigint,
  head_parameters bigint,
  host_parameters bigint,
  steps bigint,
  kept_step bigint,
  training_seconds double precision,
  first_loss double precision,
  last_loss double precision,
  peak_memory_bytes bigint,
  checkpoint_bytes bigint,
  checkpoint text,
  test_examples bigint,
  failure text,
  log text,
  record text not null
);
create index trial_by_key on trial (trial_key);

-- The recipe of each trial, by the names of the command line's options.
create table setting (
  trial bigint not null references trial (id),
  name text not null,
  value text not null,
  primary key (trial, name)
);

-- Those that the task has, the first first. One that is not a number is null.
create table metric (
  trial bigint not null references trial (id),
  split text not null,
  place bigint not null,
  name text not null,
  value double precision,
  primary key (trial, split, name)
);

-- Lists of numbers, under the SHA-256 of their bytes: doubles, little-endian, deflated (zlib).
create table numbers (
  hash text primary key,
  length bigint not null,
  deflated <bytes> not null
);

-- Latency measurements.
create table latency (
  id <id>,
  stored text not null,
  output text not null,
  batch_rows bigint not null,
  batch_length bigint not null,
  record text not null
);

-- Trials that a process works on. Only these rows are changed and removed.
create table claim (
  trial_key text primary key,
  host text not null,
  pid bigint not null,
  started text not null,
  beat text not null
);
