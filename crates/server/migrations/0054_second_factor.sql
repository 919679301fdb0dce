-- The second factor of a person: the secret of the authenticator app, sealed like an admin key, and the last step of time
-- that a code was taken for, so that none is taken twice. Recovery codes by their SHA-256; one that was used is gone.
CREATE TABLE second_factor (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES app_user (id),
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    wrapped TEXT NOT NULL,
    sealed TEXT NOT NULL,
    last_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT
);

CREATE TABLE recovery_code (
    user_id TEXT NOT NULL REFERENCES app_user (id),
    code_hash TEXT NOT NULL,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    PRIMARY KEY (user_id, code_hash)
);
