//! From the rows of each endpoint to the rows that are kept.

use facts::{CostLine, Dictionary, Measure, Measures, UsageRow};
use openai::cost::CostResult;
use openai::usage::{
    AudioSpeeches, AudioTranscriptions, CodeInterpreterSessions, Completions, Embeddings, FileSearchCalls,
    Images, Moderations, UsageEndpoint, VectorStores, WebSearchCalls,
};

/// A line of the bill, made with the texts of its day; none where upstream told no amount.
pub fn cost_line(row: &CostResult, texts: &mut Dictionary) -> Option<CostLine> {
    let (billed, currency) = row.billed()?;
    Some(CostLine {
        project: texts.intern_optional(row.project_id.as_deref()),
        line_item: texts.intern_optional(row.line_item.as_deref()),
        api_key: texts.intern_optional(row.api_key_id.as_deref()),
        currency,
        amount: billed.amount,
        quantity: row.quantity.map(|quantity| quantity.decimal.amount),
        unit: texts.intern_optional(row.quantity_unit.as_deref()),
        rounded: billed.rounded,
    })
}

/// A row of an endpoint.
pub trait Row: UsageEndpoint {
    /// The row as it is kept, of the hour that starts at this second.
    fn into_row(self, start: i64, texts: &mut Dictionary) -> UsageRow;
}

impl Row for Completions {
    fn into_row(self, start: i64, texts: &mut Dictionary) -> UsageRow {
        let measures = Measures::default()
            .with(Measure::Requests, Some(self.num_model_requests))
            .with(Measure::InputTokens, Some(self.input_tokens))
            .with(Measure::OutputTokens, Some(self.output_tokens))
            .with(Measure::CachedTokens, self.input_cached_tokens)
            .with(Measure::CacheWriteTokens, self.input_cache_write_tokens)
            .with(Measure::UncachedTokens, self.input_uncached_tokens)
            .with(Measure::InputTextTokens, self.input_text_tokens)
            .with(Measure::OutputTextTokens, self.output_text_tokens)
            .with(Measure::CachedTextTokens, self.input_cached_text_tokens)
            .with(Measure::InputAudioTokens, self.input_audio_tokens)
            .with(Measure::CachedAudioTokens, self.input_cached_audio_tokens)
            .with(Measure::OutputAudioTokens, self.output_audio_tokens)
            .with(Measure::InputImageTokens, self.input_image_tokens)
            .with(Measure::CachedImageTokens, self.input_cached_image_tokens)
            .with(Measure::OutputImageTokens, self.output_image_tokens);
        UsageRow {
            start,
            project: texts.intern_optional(self.project_id.as_deref()),
            user: texts.intern_optional(self.user_id.as_deref()),
            api_key: texts.intern_optional(self.api_key_id.as_deref()),
            model: texts.intern_optional(self.model.as_deref()),
            batch: self.batch,
            service_tier: texts.intern_optional(self.service_tier.as_deref()),
            measures,
            ..UsageRow::default()
        }
    }
}

/// An endpoint: the row's dimensions by their fields, and its measures.
macro_rules! rows {
    ($($row:ty { $($dimension:ident: $field:ident),* ; $($measure:ident: $number:ident),* $(,)? })*) => { $(
        impl Row for $row {
            fn into_row(self, start: i64, texts: &mut Dictionary) -> UsageRow {
                UsageRow {
                    start,
                    $($dimension: texts.intern_optional(self.$field.as_deref()),)*
                    measures: Measures::default()$(.with(Measure::$measure, Some(self.$number)))*,
                    ..UsageRow::default()
                }
            }
        }
    )* };
}

rows! {
    Embeddings {
        project: project_id, user: user_id, api_key: api_key_id, model: model;
        Requests: num_model_requests, InputTokens: input_tokens,
    }
    Moderations {
        project: project_id, user: user_id, api_key: api_key_id, model: model;
        Requests: num_model_requests, InputTokens: input_tokens,
    }
    Images {
        project: project_id, user: user_id, api_key: api_key_id, model: model, size: size, source: source;
        Requests: num_model_requests, Images: images,
    }
    AudioSpeeches {
        project: project_id, user: user_id, api_key: api_key_id, model: model;
        Requests: num_model_requests, Characters: characters,
    }
    AudioTranscriptions {
        project: project_id, user: user_id, api_key: api_key_id, model: model;
        Requests: num_model_requests, Seconds: seconds,
    }
    VectorStores { project: project_id; Bytes: usage_bytes }
    CodeInterpreterSessions { project: project_id; Sessions: num_sessions }
    FileSearchCalls {
        project: project_id, user: user_id, api_key: api_key_id, vector_store: vector_store_id;
        Calls: num_requests,
    }
    WebSearchCalls {
        project: project_id, user: user_id, api_key: api_key_id, model: model, context_level: context_level;
        Requests: num_model_requests, Calls: num_requests,
    }
}
