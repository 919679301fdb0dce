-- What somebody has done with a connection last: active, paused, disconnected (without a key, its data is kept) or deleted
-- (a tombstone: nobody sees it, and its rows are being removed).
ALTER TABLE connection ADD COLUMN life_state TEXT NOT NULL DEFAULT 'active';
ALTER TABLE connection ADD COLUMN life_by TEXT NOT NULL DEFAULT '';
ALTER TABLE connection ADD COLUMN life_at BIGINT NOT NULL DEFAULT 0;
UPDATE connection SET life_by = created_by, life_at = created_at;

-- When the key came, and when it was last used, to the minute.
ALTER TABLE connection ADD COLUMN key_added_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connection ADD COLUMN key_used_at BIGINT;
UPDATE connection SET key_added_at = created_at;

-- The last test of the key in use: its checks as JSON, by whom, and when it was over.
ALTER TABLE connection ADD COLUMN test_checks TEXT;
ALTER TABLE connection ADD COLUMN test_by TEXT;
ALTER TABLE connection ADD COLUMN test_at BIGINT;

-- The connection whose key a draft is to replace, also while that one works.
ALTER TABLE connection_draft ADD COLUMN renews TEXT;
