-- Takes the column along where there is one.
drop function float4s(bytea) cascade;
