-- Names of API keys and of the organization's members, so that figures have them. What OpenAI no longer lists keeps
-- its last name: a deleted key still owns what it used.
CREATE TABLE api_key (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    connection_id TEXT NOT NULL REFERENCES connection (id),
    id TEXT NOT NULL,
    name TEXT,
    project_id TEXT NOT NULL,
    owner_id TEXT,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (connection_id, id)
);

CREATE TABLE member (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    connection_id TEXT NOT NULL REFERENCES connection (id),
    id TEXT NOT NULL,
    name TEXT,
    email TEXT,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (connection_id, id)
);
