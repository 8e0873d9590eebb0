-- The processes that ran a study, one after the other or at once.
create table study_run (
  id <id>,
  study bigint not null references study (id),
  stored text not null
);
insert into study_run (study, stored) select id, stored from study order by id;

-- The trials that such a process asked for, in that order: equal ones as often as it did. What
-- came of them is found by their keys.
create table asked (
  id <id>,
  study_run bigint not null references study_run (id),
  arm text not null,
  trial_key text not null
);
insert into asked (study_run, arm, trial_key)
  select study_run.id, study_trial.arm, study_trial.trial_key
  from study_trial join study_run on study_run.study = study_trial.study
  order by study_trial.id;
create index asked_by_run on asked (study_run);
drop table study_trial;

-- Which of them saw that all trials had ended.
alter table study_end add column study_run bigint references study_run (id);
update study_end set study_run =
  (select study_run.id from study_run where study_run.study = study_end.study);
