-- What OpenAI told, a day of a stream in one value: columns of that day's rows, compressed. A report reads whole days
-- and a window is replaced day by day, so rows of their own would only cost space and time (see docs/store.md). A day
-- without rows has none here; that it is imported is said by import_day.
CREATE TABLE segment (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    connection_id TEXT NOT NULL REFERENCES connection (id),
    stream TEXT NOT NULL,
    day BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (connection_id, stream, day)
);

CREATE INDEX segment_day ON segment (tenant_id, connection_id, day);

-- Of the day's bytes as they were read, empty for a day without rows: reading again tells whether anything changed.
ALTER TABLE import_day ADD COLUMN checksum TEXT NOT NULL DEFAULT '';

CREATE INDEX import_day_day ON import_day (tenant_id, connection_id, day);

-- What follows from the segments of a day, so that it is computed once. Whoever writes a segment deletes the day's row
-- here in the same transaction: a row that is there is right, and one that is not is computed.
CREATE TABLE roll_up (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    connection_id TEXT NOT NULL REFERENCES connection (id),
    day BIGINT NOT NULL,
    -- The rule that made it; rows of another rule are as good as missing.
    rule BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (connection_id, day)
);

CREATE INDEX roll_up_day ON roll_up (tenant_id, day);
