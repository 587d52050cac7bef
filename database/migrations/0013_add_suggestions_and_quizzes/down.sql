drop table study_places;
drop table exam_dates;
drop table card_transfers;
drop table quiz_questions;
drop table quizzes;
drop table suggested_cards;
drop table card_suggestions;
