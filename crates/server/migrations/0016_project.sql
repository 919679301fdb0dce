-- Names of projects, so that costs have one. A project that OpenAI no longer lists keeps its last name.
CREATE TABLE project (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    connection_id TEXT NOT NULL REFERENCES connection (id),
    id TEXT NOT NULL,
    name TEXT,
    archived_at BIGINT,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (connection_id, id)
);
