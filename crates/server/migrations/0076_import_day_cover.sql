-- Which days are imported is asked of a whole account by every page that shows it, and adds up its years of days: in an
-- index that has all of it these are neighbours, and the table is not looked at.
CREATE INDEX import_day_cover ON import_day (tenant_id, connection_id, stream, day, imported_at, row_count);
