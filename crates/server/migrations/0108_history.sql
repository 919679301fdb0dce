-- Years without any cost no longer end the search for the start of a history.
ALTER TABLE connection DROP COLUMN history_quiet;
