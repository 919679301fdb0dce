-- Which days are rolled up is read from an index: the bodies lie before `days` in a row, and are long.
CREATE INDEX roll_up_days ON roll_up (connection_id, rule, day, days);
