-- A part of a picture is marked by where it lies.

alter table marks
  add column area double precision[],
  add constraint marks_area_check check (
    area is null or (array_ndims(area) = 1 and cardinality(area) = 4 and array_position(area, null) is null
    and 0 <= all (area) and 1 >= all (area) and study_material_id is not null and quote is null)),
  drop constraint marks_place_check,
  add constraint marks_place_check check (num_nonnulls(quote, at_seconds, page, area) >= 1);
comment on column marks.area is
  'The part of a picture: x, y, width and height in fractions of it as it is shown; null for everything else';
