-- Connected OpenAI organizations: a key, and an organization once it is known, belong to one connection per tenant.
CREATE TABLE connection (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    name TEXT NOT NULL,
    organization_id TEXT,
    organization_name TEXT,
    key_tail TEXT NOT NULL,
    key_fingerprint TEXT NOT NULL,
    key_version BIGINT NOT NULL,
    key_expires_at BIGINT,
    -- A finding as JSON while the key is refused or unreadable: then nothing is asked of OpenAI.
    key_failure TEXT,
    management_readable BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- The first day that is imported, as days since 1970-01-01.
    history_start BIGINT NOT NULL,
    refresh_due_at BIGINT NOT NULL,
    names_due_at BIGINT NOT NULL,
    UNIQUE (tenant_id, key_fingerprint),
    UNIQUE (tenant_id, organization_id)
);
