-- What people and programs are told of. A notification is written in the transaction of what it tells of, or by whoever
-- notices first: its occasion is there once. The facts are JSON; words are made of them when they are sent.
CREATE TABLE notification (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    occasion TEXT NOT NULL,
    facts TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (tenant_id, occasion)
);

-- A notification on its way to one recipient: a user by e-mail, or a webhook. Several servers may share the database:
-- whoever sends one holds it until a moment of the database's own clock, so that another goes on after it has vanished.
CREATE TABLE delivery (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    notification_id TEXT NOT NULL REFERENCES notification (id),
    channel TEXT NOT NULL,
    recipient_id TEXT NOT NULL,
    -- The address, or the origin of a webhook's, as it was then: what the log shows.
    recipient TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    setback TEXT,
    settled_at BIGINT,
    holder TEXT,
    held_until BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (notification_id, channel, recipient_id)
);

CREATE INDEX delivery_due ON delivery (state, due_at);
CREATE INDEX delivery_newest ON delivery (tenant_id, created_at);

-- Where programs are told. The address may hold a token, so that it is sealed with the secret; the origin is shown.
CREATE TABLE webhook (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    origin TEXT NOT NULL,
    kinds TEXT NOT NULL,
    active BIGINT NOT NULL,
    wrapped TEXT NOT NULL,
    sealed TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- What somebody wants to be told of by e-mail. Who has no row has not chosen.
CREATE TABLE notification_choice (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES app_user (id),
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    kinds TEXT NOT NULL,
    chosen_at BIGINT NOT NULL
);
