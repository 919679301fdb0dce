-- Days whose total OpenAI changed after they had ended: what they were, what they became, and when it was noticed.
CREATE TABLE cost_restatement (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    connection_id TEXT NOT NULL REFERENCES connection (id),
    day BIGINT NOT NULL,
    currency TEXT NOT NULL,
    noticed_at BIGINT NOT NULL,
    old_micros BIGINT NOT NULL,
    old_rest BIGINT NOT NULL,
    new_micros BIGINT NOT NULL,
    new_rest BIGINT NOT NULL,
    PRIMARY KEY (connection_id, day, currency, noticed_at)
);
