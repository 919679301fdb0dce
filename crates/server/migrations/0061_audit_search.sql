-- The log is read newest first by kind or by object; without these, one key's few events are looked for in all of it.
CREATE INDEX audit_event_kind ON audit_event (tenant_id, kind, seq);
CREATE INDEX audit_event_object ON audit_event (tenant_id, object_id, seq);
