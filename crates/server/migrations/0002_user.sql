-- Tenants and the people who sign in. Everything else belongs to a tenant.
CREATE TABLE tenant (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE app_user (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    email TEXT NOT NULL UNIQUE,
    -- argon2id in the PHC string format, which names its parameters.
    password_hash TEXT NOT NULL,
    -- Slugs of permissions, separated by blanks.
    permissions TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
