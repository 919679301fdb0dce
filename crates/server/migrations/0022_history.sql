-- How far back a connection's history goes is found out by walking back through its daily totals.
ALTER TABLE connection ADD COLUMN history_state TEXT NOT NULL DEFAULT 'unplanned';
-- Totals that were empty since the last one that was not: after some of them the walk ends.
ALTER TABLE connection ADD COLUMN history_quiet BIGINT NOT NULL DEFAULT 0;
-- The first day for which OpenAI groups this organization's costs by API key, once it has refused to.
ALTER TABLE connection ADD COLUMN api_key_costs_from BIGINT;
ALTER TABLE connection ADD COLUMN month_due_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connection ADD COLUMN key_names_due_at BIGINT NOT NULL DEFAULT 0;

-- The order in which units are read, lowest first: it is decided when they are planned.
ALTER TABLE import_unit ADD COLUMN rank BIGINT NOT NULL DEFAULT 0;

-- When the failure happened.
ALTER TABLE import_unit ADD COLUMN failed_at BIGINT;

CREATE INDEX import_unit_rank ON import_unit (connection_id, rank);

-- Rows gave way to segments. What was imported is asked for again rather than converted: these tables lack the API keys
-- of costs, the hours of usage and nine of its streams, and OpenAI keeps all of it. The daily sums stay until then.
DROP TABLE cost;
DROP TABLE completion_usage;
DELETE FROM import_day;
DELETE FROM import_unit;
