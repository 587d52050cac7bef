alter table tts_audio_files
  drop constraint tts_audio_files_source_or_subject_check,
  drop constraint tts_audio_files_subject_check,
  drop column subject;
drop table chosen_voices;
