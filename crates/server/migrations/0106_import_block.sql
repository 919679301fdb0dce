-- Which days of a stream are imported, settled and used, 32 days to a row, a bit for each: a list of accounts read 8,760 days
-- of each account with two years of history. It says what import_day says, and is renewed in the transaction that changes it.
CREATE TABLE import_block (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    connection_id TEXT NOT NULL REFERENCES connection (id),
    stream TEXT NOT NULL,
    -- The number of its first day, by 32.
    block BIGINT NOT NULL,
    imported BIGINT NOT NULL,
    settled BIGINT NOT NULL,
    used BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    -- The latest of its days' moments.
    imported_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, connection_id, stream, block)
);

INSERT INTO import_block (tenant_id, connection_id, stream, block, imported, settled, used, row_count, imported_at)
SELECT tenant_id, connection_id, stream, day / 32,
    CAST(SUM(CAST(1 AS BIGINT) << CAST(day % 32 AS INTEGER)) AS BIGINT),
    CAST(SUM(CASE WHEN imported_at < (day + 4) * 86400 THEN 0 ELSE CAST(1 AS BIGINT) << CAST(day % 32 AS INTEGER) END) AS BIGINT),
    CAST(SUM(CASE WHEN row_count > 0 THEN CAST(1 AS BIGINT) << CAST(day % 32 AS INTEGER) ELSE 0 END) AS BIGINT),
    CAST(SUM(row_count) AS BIGINT),
    MAX(imported_at)
FROM import_day GROUP BY tenant_id, connection_id, stream, day / 32;

-- What had all columns of whole accounts is asked of blocks now, and every day that is kept was kept in it again.
DROP INDEX import_day_cover;
