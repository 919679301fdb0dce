-- Costs by day, project and currency, so that the Lens does not add up every line item each time it is opened.
-- It is replaced in the transaction that replaces the costs themselves.
CREATE TABLE daily_cost (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    connection_id TEXT NOT NULL REFERENCES connection (id),
    day BIGINT NOT NULL,
    project_id TEXT,
    currency TEXT NOT NULL,
    amount_micros BIGINT NOT NULL,
    amount_rest BIGINT NOT NULL
);

CREATE INDEX daily_cost_window ON daily_cost (tenant_id, connection_id, day);
CREATE INDEX daily_cost_day ON daily_cost (tenant_id, day);

INSERT INTO daily_cost (tenant_id, connection_id, day, project_id, currency, amount_micros, amount_rest)
SELECT tenant_id, connection_id, day, project_id, currency, CAST(SUM(amount_micros) AS BIGINT),
    CAST(SUM(amount_rest) AS BIGINT)
FROM cost GROUP BY tenant_id, connection_id, day, project_id, currency;

-- The roll-up answers what this index was for.
DROP INDEX cost_day;
