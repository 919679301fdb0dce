-- Whom the company's provider signs on, by its own name for the person: an e-mail address may pass to somebody else.
CREATE TABLE sign_on_identity (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    user_id TEXT NOT NULL REFERENCES app_user (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);

CREATE INDEX sign_on_identity_user ON sign_on_identity (user_id);

-- Browsers that are away at the provider, by the SHA-256 of the state they come back with. Nobody is known yet, so that
-- they belong to no tenant. One that has come back is kept until its end, so that a second return is noticed.
CREATE TABLE sign_on_departure (
    state_hash TEXT NOT NULL PRIMARY KEY,
    network TEXT NOT NULL,
    back TEXT NOT NULL,
    used BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
