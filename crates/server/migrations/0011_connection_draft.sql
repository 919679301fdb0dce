-- Connections in the making. The connection's id is chosen with the draft, since the sealed key is bound to it.
CREATE TABLE connection_draft (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    user_id TEXT NOT NULL,
    connection_id TEXT NOT NULL UNIQUE,
    key_tail TEXT NOT NULL,
    key_fingerprint TEXT NOT NULL,
    key_version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- The checks of the last test as JSON; absent before it.
    checks TEXT,
    ready BIGINT NOT NULL,
    organization_id TEXT,
    organization_name TEXT,
    management_readable BIGINT NOT NULL,
    finished_at BIGINT
);

CREATE INDEX connection_draft_expiry ON connection_draft (expires_at);
