drop table slide_spans;
drop table recording_slides;
