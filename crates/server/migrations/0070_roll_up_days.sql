-- A roll-up is of one day or of several days of one month in a row: a report of a year reads twenty of them and not 365,
-- each with a dictionary and columns of its own. Those that are there are of a day each.
ALTER TABLE roll_up ADD COLUMN days BIGINT NOT NULL DEFAULT 1;
