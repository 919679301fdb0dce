-- API tokens, by their SHA-256: whoever reads the database can use none of them. Of each the first characters are kept, by
-- which its owner recognises it.
CREATE TABLE api_token (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    user_id TEXT NOT NULL REFERENCES app_user (id),
    name TEXT NOT NULL,
    token_start TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    scope TEXT NOT NULL,
    read_only BIGINT NOT NULL,
    token_created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT
);

CREATE INDEX api_token_owner ON api_token (user_id);
