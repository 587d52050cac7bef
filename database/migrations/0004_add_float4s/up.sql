-- For the generated column that database/pgvector.ts adds where the server has pgvector.
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
comment on function float4s(bytea) is 'Little-endian IEEE 754 binary32 as an array: what makes a vector of pgvector''s type of a stored one';
