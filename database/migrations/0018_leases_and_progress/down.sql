alter table job_attempts drop column progress;
alter table idempotency_keys drop column holder, drop column leased_until;
