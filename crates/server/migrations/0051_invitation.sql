-- Invitations, by the SHA-256 of the link's token: whoever reads the database can accept none of them. An address has one
-- at most. People can be kept out without being forgotten, and what refers to somebody who was removed stays readable.
CREATE TABLE invitation (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    email TEXT NOT NULL,
    permissions TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    invited_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    UNIQUE (tenant_id, email)
);

ALTER TABLE app_user ADD COLUMN deactivated_at BIGINT;

ALTER TABLE app_user ADD COLUMN removed_at BIGINT;
