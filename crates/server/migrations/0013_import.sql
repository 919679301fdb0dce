-- What is still to be read (a unit is a stream's window of days) and what has been read, day by day.
CREATE TABLE import_unit (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    connection_id TEXT NOT NULL REFERENCES connection (id),
    stream TEXT NOT NULL,
    start_day BIGINT NOT NULL,
    end_day BIGINT NOT NULL,
    purpose TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    -- A finding as JSON, of the last attempt.
    failure TEXT,
    PRIMARY KEY (connection_id, stream, start_day)
);

CREATE INDEX import_unit_due ON import_unit (due_at);

CREATE TABLE import_day (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    connection_id TEXT NOT NULL REFERENCES connection (id),
    stream TEXT NOT NULL,
    day BIGINT NOT NULL,
    imported_at BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    PRIMARY KEY (connection_id, stream, day)
);
