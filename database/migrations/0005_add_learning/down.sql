drop table study_settings;
drop table card_reviews;
drop table card_media;
drop table card_witnesses;
drop table cards;
