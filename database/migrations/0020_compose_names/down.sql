-- compose_names: a name that is composed is as good in the version before.
select 1;
