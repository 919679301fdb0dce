-- A chart adds up every project of thirty days: in an index that has all of it, these are neighbours, and the table is not
-- looked at.
DROP INDEX daily_cost_day;
CREATE INDEX daily_cost_day ON daily_cost (tenant_id, day, connection_id, project_id, currency, amount_micros, amount_rest);
