-- The number in lo..hi that ends in the most zero bits (domain.serials.fork): hi with every bit below the highest
-- one in which lo - 1 and hi differ set to zero.
CREATE FUNCTION serial_fork(lo bigint, hi bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (hi >> (length(ltrim(((lo - 1) # hi)::bit(64)::text, '0')) - 1))
               << (length(ltrim(((lo - 1) # hi)::bit(64)::text, '0')) - 1)
$$;
