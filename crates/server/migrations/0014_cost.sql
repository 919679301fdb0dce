-- What OpenAI billed, a row per day, project and line item. Rows have no key of their own: a window is replaced as a
-- whole, because columns that may be null cannot tell rows apart. Amounts are millionths and a rest of 10^-12 units.
CREATE TABLE cost (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    connection_id TEXT NOT NULL REFERENCES connection (id),
    day BIGINT NOT NULL,
    project_id TEXT,
    line_item TEXT,
    currency TEXT NOT NULL,
    amount_micros BIGINT NOT NULL,
    amount_rest BIGINT NOT NULL,
    -- Whether digits finer than 10^-12 were rounded away.
    rounded BIGINT NOT NULL,
    quantity_micros BIGINT,
    quantity_rest BIGINT,
    quantity_unit TEXT
);

CREATE INDEX cost_window ON cost (tenant_id, connection_id, day);
CREATE INDEX cost_day ON cost (tenant_id, day);
