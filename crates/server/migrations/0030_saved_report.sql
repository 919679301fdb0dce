-- Saved reports: a question as JSON, kept by somebody and shared with the tenant or not. The version rises with every
-- change, so that two people who change the same report notice each other.
CREATE TABLE saved_report (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    owner_id TEXT NOT NULL REFERENCES app_user (id),
    name TEXT NOT NULL,
    sharing TEXT NOT NULL,
    definition TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE INDEX saved_report_newest ON saved_report (tenant_id, created_at);
