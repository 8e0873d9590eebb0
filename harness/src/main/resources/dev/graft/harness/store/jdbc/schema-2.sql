-- Studies: what a process was asked to compare. Rows are added, and never changed or removed.
create table study (
  id <id>,
  stored text not null,
  output text not null,
  name text,
  declared text not null,
  record text not null
);

-- The trials that a study has asked for, in that order. What came of them is found by their keys.
create table study_trial (
  id <id>,
  study bigint not null references study (id),
  arm text not null,
  trial_key text not null,
  unique (study, arm, trial_key)
);

-- That all trials of a study have ended, once for each process that saw it.
create table study_end (
  id <id>,
  study bigint not null references study (id),
  stored text not null,
  latency_failure text
);

-- Null in measurements of earlier versions.
alter table latency add column study_end bigint references study_end (id);
