alter table passage_embeddings drop column if exists half_vector;
alter table passage_embeddings drop constraint passage_embeddings_vector_check;

-- What was rounded off stays away; of unit length, and little-endian.
create function widened(bytes bytea) returns bytea
  language sql immutable strict
  as $$
    select string_agg(substr(sent, 4, 1) || substr(sent, 3, 1) || substr(sent, 2, 1) || substr(sent, 1, 1), '' order by n)
    from (
      select n, float4send((value / nullif(sqrt(sum(value * value) over ()), 0))::real) as sent
      from unnest(int8s(bytes)) with ordinality as numbers (value, n)
    ) as each
$$;
delete from passage_embeddings where widened(vector) is null;
update passage_embeddings set vector = widened(vector);
drop function widened(bytea);
drop function int8s(bytea);

alter table passage_embeddings add constraint passage_embeddings_vector_check
  check (octet_length(vector) between 4 and 65536 and octet_length(vector) % 4 = 0);
comment on column passage_embeddings.vector is
  'Little-endian float4 of unit length, for the exact order of the candidates';

create function float4s(bytes bytea) returns real[]
  language plpgsql immutable strict parallel safe
  as $$
declare
  -- Out of its compressed place once, not for each byte.
  plain bytea := bytes || ''::bytea;
  floats real[] := array_fill(0::real, array[length(bytes) / 4]);
  at integer;
  high integer;
  exponent integer;
begin
  for n in 1 .. length(plain) / 4 loop
    at := 4 * n - 4;
    high := (get_byte(plain, at + 3) << 8) | get_byte(plain, at + 2);
    exponent := (high >> 7) & 255;
    floats[n] := (1 - 2 * (high >> 15))
      * (((high & 127) << 16) | (get_byte(plain, at + 1) << 8) | get_byte(plain, at) | (case when exponent > 0 then 8388608 else 0 end))
      * power(2::double precision, greatest(exponent, 1) - 150);
  end loop;
  return floats;
end
$$;
comment on function float4s(bytea) is
  'Little-endian IEEE 754 binary32 as an array: what makes a vector of pgvector''s type of a stored one';

