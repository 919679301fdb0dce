-- A chart of thirty days adds up every project of each: two hundred projects were six thousand rows, which the database took
-- three looks to add up. All of a day is one row, which the server reads and adds up itself (store/cost.rs has its layout).
CREATE TABLE cost_of_day (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    connection_id TEXT NOT NULL REFERENCES connection (id),
    day BIGINT NOT NULL,
    costs TEXT NOT NULL,
    PRIMARY KEY (tenant_id, connection_id, day)
);

INSERT INTO cost_of_day (tenant_id, connection_id, day, costs)
SELECT tenant_id, connection_id, day, string_agg(
    currency || ' ' || CAST(amount_micros AS TEXT) || ' ' || CAST(amount_rest AS TEXT) || ' '
    || CASE WHEN project_id IS NULL THEN '-' ELSE CAST(LENGTH(project_id) AS TEXT) END || ' ' || COALESCE(project_id, ''), '
')
FROM daily_cost GROUP BY tenant_id, connection_id, day;

DROP TABLE daily_cost;
ALTER TABLE cost_of_day RENAME TO daily_cost;
