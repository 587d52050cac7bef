-- Comments only: one word for a part of a text or sound between two places, "span".

comment on table transcription_segments is
  'Timed spans of a transcription, in order from 0, saved as they are recognised';
comment on column waveforms.peaks is 'Loudest sample of each of equal spans, one byte each: 0 silent, 255 full';
comment on table speaker_turns is
  'Spans that one voice speaks; two may overlap. Every transcript takes its speakers from them';
