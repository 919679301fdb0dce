-- Who has to have a second factor, by the name that the contract has for it.
ALTER TABLE tenant ADD COLUMN second_factor_rule TEXT NOT NULL DEFAULT 'nobody';
