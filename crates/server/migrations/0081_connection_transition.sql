-- When a connection became what it is: of each change of its state a row, written in the transaction that changed it, and
-- once a minute for what time alone changes. Notifications are made of these. Rows of a deleted connection stay: they hold
-- no name and no figure, and a number must not be given twice.
CREATE TABLE connection_transition (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    seq BIGINT NOT NULL,
    connection_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    -- The state before, of a row that tells a state.
    was TEXT,
    -- A finding as JSON, where something is wrong.
    finding TEXT,
    PRIMARY KEY (tenant_id, seq)
);

-- What was noted last of a connection: its state, what was told of its key's expiry, and whether its first import is over.
ALTER TABLE connection ADD COLUMN noted_state TEXT;
ALTER TABLE connection ADD COLUMN noted_expiry TEXT;
ALTER TABLE connection ADD COLUMN noted_imported BIGINT NOT NULL DEFAULT 0;

-- What was imported before this version was told by the page.
UPDATE connection SET noted_imported = 1 WHERE history_state = 'known';
