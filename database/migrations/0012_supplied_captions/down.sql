drop table supplied_captions;
alter table transcription_segments drop column line_breaks, drop column speaker;
alter table transcriptions drop column text_encoding_found_by, drop column text_encoding, drop column remark;
alter table study_materials drop column text_encoding_found_by, drop column text_encoding;
