-- A video may hold several sound tracks: which there are, and which is heard.
alter table recordings
  add column sound_tracks jsonb,
  add column sound_track integer,
  add constraint recordings_sound_tracks_check check (jsonb_typeof(sound_tracks) = 'array'),
  add constraint recordings_sound_track_check check (sound_track >= 0);
comment on column recordings.sound_tracks is '[{number, codec, readable, name?, language?}] where there are several; null where there is one';
comment on column recordings.sound_track is 'The one that is heard; null where there is one';
