drop table recording_chapters;
