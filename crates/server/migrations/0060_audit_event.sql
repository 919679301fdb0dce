-- Who did what: appended in the transaction of what was done, never changed. Each row's hash covers its columns and the
-- hash before it, so that what is changed, removed or put elsewhere is noticed; the head says where the chain ends.
CREATE TABLE audit_event (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    -- Who, as JSON, and the id to search by.
    actor TEXT NOT NULL,
    actor_id TEXT,
    request_id TEXT,
    network TEXT,
    kind TEXT NOT NULL,
    object_id TEXT,
    result TEXT NOT NULL,
    -- The event as JSON.
    event TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (tenant_id, seq)
);

CREATE TABLE audit_head (
    tenant_id TEXT NOT NULL PRIMARY KEY REFERENCES tenant (id),
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL,
    seal TEXT NOT NULL
);
