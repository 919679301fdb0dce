-- Usage of text generation, with every dimension and measure that OpenAI gives; null where it gave none.
CREATE TABLE completion_usage (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    connection_id TEXT NOT NULL REFERENCES connection (id),
    day BIGINT NOT NULL,
    project_id TEXT,
    user_id TEXT,
    api_key_id TEXT,
    model TEXT,
    batch BIGINT,
    service_tier TEXT,
    requests BIGINT NOT NULL,
    input_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    input_cached_tokens BIGINT,
    input_cache_write_tokens BIGINT,
    input_uncached_tokens BIGINT,
    input_text_tokens BIGINT,
    output_text_tokens BIGINT,
    input_cached_text_tokens BIGINT,
    input_audio_tokens BIGINT,
    input_cached_audio_tokens BIGINT,
    output_audio_tokens BIGINT,
    input_image_tokens BIGINT,
    input_cached_image_tokens BIGINT,
    output_image_tokens BIGINT
);

CREATE INDEX completion_usage_window ON completion_usage (tenant_id, connection_id, day);
