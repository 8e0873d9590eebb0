-- What a trial took: seconds, bytes, joules and rates, by the names that exports give them. Trials
-- of earlier versions have none.
create table cost (
  trial bigint not null references trial (id),
  place bigint not null,
  name text not null,
  value double precision not null,
  primary key (trial, name)
);
