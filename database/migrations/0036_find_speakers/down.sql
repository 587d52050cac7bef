drop table speaker_turns;
drop table recording_speakers;
