//! A file on its way: its parts, how much of it is here, and stopping it.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use ::api::export::{BILLED_TOTAL, ROW_COUNT};
use gloo_net::http::Response;
use js_sys::{Array, Reflect, Uint8Array};
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, Blob, BlobPropertyBag, ReadableStreamDefaultReader};

use crate::browser::sleep;

/// Longest wait for the next part. The first one comes after the server has added up the whole file.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often it is looked at.
const LOOK: Duration = Duration::from_secs(5);

/// How much of a file is here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Arriving {
    /// Bytes.
    pub bytes: u64,
    /// Whole lines after the header, of CSV.
    pub lines: Option<u64>,
    /// How many rows there will be, as the server told beforehand.
    pub rows: Option<u64>,
}

/// A whole file.
#[derive(Clone, Debug)]
pub struct Received {
    /// What is in it.
    pub blob: Blob,
    /// The name to keep it under.
    pub name: String,
    /// How much it is.
    pub size: Arriving,
    /// What its rows sum to, in the server's words: `USD 12.5`.
    pub billed_total: Option<String>,
}

/// Stops a download. A handle: clones stop the same one.
#[derive(Clone, Debug)]
pub struct Stop {
    controller: Option<AbortController>,
    pressed: Rc<Cell<bool>>,
}

impl Default for Stop {
    fn default() -> Self {
        Self { controller: AbortController::new().ok(), pressed: Rc::default() }
    }
}

impl Stop {
    /// Stops it.
    pub fn press(&self) {
        self.pressed.set(true);
        self.abort();
    }

    /// Whether it was stopped by the user.
    pub fn is_pressed(&self) -> bool {
        self.pressed.get()
    }

    pub(super) fn signal(&self) -> AbortSignal {
        match &self.controller {
            Some(controller) => controller.signal(),
            None => AbortSignal::timeout_with_f64(PATIENCE.as_secs_f64() * 1000.0),
        }
    }

    fn abort(&self) {
        if let Some(controller) = &self.controller {
            controller.abort();
        }
    }
}

/// Reads an answer to its end; none when it broke off, or has other rows than were told.
pub(super) async fn receive(
    response: &Response,
    stop: &Stop,
    arriving: Box<dyn Fn(Arriving)>,
) -> Option<Received> {
    let headers = response.headers();
    let media = headers.get("content-type").unwrap_or_default();
    let mut lines = media.starts_with("text/csv").then(Lines::default);
    let rows = headers.get(ROW_COUNT).and_then(|text| text.parse::<u64>().ok());
    let mut size = Arriving { bytes: 0, lines: lines.as_ref().map(|_| 0), rows };
    arriving(size);
    let reader: ReadableStreamDefaultReader = response.body()?.get_reader().dyn_into().ok()?;
    let parts = Array::new();
    let progress = Rc::new(Cell::new(0_u64));
    watch(stop.clone(), Rc::downgrade(&progress));
    loop {
        let read = JsFuture::from(reader.read()).await.ok()?;
        let is_done = Reflect::get(&read, &"done".into()).ok()?.is_truthy();
        if is_done {
            break;
        }
        let part: Uint8Array = Reflect::get(&read, &"value".into()).ok()?.dyn_into().ok()?;
        size.bytes += u64::from(part.length());
        if let Some(lines) = &mut lines {
            lines.add(&part.to_vec());
            size.lines = Some(lines.ended.saturating_sub(1));
        }
        parts.push(&part);
        progress.set(size.bytes);
        arriving(size);
    }
    // HTTP tells of a file that broke off; the rows tell of one that a program in between has cut.
    if let (Some(lines), Some(rows)) = (size.lines, rows)
        && lines != rows
    {
        return None;
    }
    let options = BlobPropertyBag::new();
    options.set_type(&media);
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
    let name = headers.get("content-disposition").and_then(|header| file_name(&header));
    let billed_total = headers.get(BILLED_TOTAL).filter(|total| !total.is_empty());
    Some(Received { blob, name: name.unwrap_or_else(|| "download".to_owned()), size, billed_total })
}

/// Ends a download of which nothing comes any more.
fn watch(stop: Stop, progress: std::rc::Weak<Cell<u64>>) {
    spawn_local(async move {
        let (mut before, mut idle) = (0, Duration::ZERO);
        while let Some(now) = progress.upgrade().map(|progress| progress.get()) {
            idle = if now == before { idle + LOOK } else { Duration::ZERO };
            before = now;
            if idle > PATIENCE {
                return stop.abort();
            }
            sleep(LOOK).await;
        }
    });
}

/// Counts lines of CSV, in which a quoted text may go over several (RFC 4180).
#[derive(Default)]
struct Lines {
    ended: u64,
    quoted: bool,
}

impl Lines {
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match byte {
                b'"' => self.quoted = !self.quoted,
                b'\n' if !self.quoted => self.ended += 1,
                _ => {}
            }
        }
    }
}

/// The name in `attachment; filename="…"`.
fn file_name(header: &str) -> Option<String> {
    let (_, rest) = header.split_once("filename=\"")?;
    let (name, _) = rest.split_once('"')?;
    (!name.is_empty()).then(|| name.to_owned())
}
