-- The comments as they were.

comment on table transcription_segments is
  'Timed stretches of a transcription, in order from 0, saved as they are recognised';
comment on column waveforms.peaks is 'Loudest sample of each equal stretch, one byte each: 0 silent, 255 full';
comment on table speaker_turns is
  'Stretches that one voice speaks; two may overlap. Every transcript takes its speakers from them';
