-- A bin of thirty days, and tags of recordings and documents as cards have them.

alter table recordings
  add column tags text[] not null default '{}',
  add column binned_at timestamptz,
  add constraint recordings_tags_check check (cardinality(tags) <= 50 and array_position(tags, null) is null);
comment on column recordings.binned_at is 'Since when it lies in the bin; deleted thirty days later';
create index recordings_binned_at_idx on recordings (binned_at) where binned_at is not null;

alter table study_materials
  add column tags text[] not null default '{}',
  add column binned_at timestamptz,
  add constraint study_materials_tags_check check (cardinality(tags) <= 50 and array_position(tags, null) is null);
comment on column study_materials.binned_at is 'As in recordings';
create index study_materials_binned_at_idx on study_materials (binned_at) where binned_at is not null;

alter table transcriptions add column binned_at timestamptz;
comment on column transcriptions.binned_at is 'Of its recording, so that no look at the recording is needed';

-- What lies in the bin is not there, whatever a query forgets: for who empties the bin or puts things back, and for what is done with
-- an account as a whole, it is.
do $$
declare
  name text;
begin
  foreach name in array array['recordings', 'study_materials', 'transcriptions'] loop
    execute format('drop policy if exists bin on %I', name);
    execute format(
      'create policy bin on %I as restrictive using (binned_at is null or current_setting(''lm.purpose'', true) in (''bin'', ''upkeep''))', name
    );
  end loop;
end
$$;
