-- Days of which the imported costs are not OpenAI's own total, beyond what is told: written anew with each reading of such a day.
CREATE TABLE total_difference (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    connection_id TEXT NOT NULL REFERENCES connection (id),
    day BIGINT NOT NULL,
    currency TEXT NOT NULL,
    -- What the imported lines sum to, and what OpenAI says without grouping: 10^-6 and the rest in 10^-12.
    billed_micros BIGINT NOT NULL,
    billed_rest BIGINT NOT NULL,
    total_micros BIGINT NOT NULL,
    total_rest BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, connection_id, day, currency)
);
