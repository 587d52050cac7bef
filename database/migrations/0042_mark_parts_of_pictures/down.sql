delete from marks where area is not null;
alter table marks
  drop constraint marks_place_check,
  drop constraint marks_area_check,
  drop column area,
  add constraint marks_place_check check (num_nonnulls(quote, at_seconds, page) >= 1);
