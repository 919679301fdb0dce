//! Embeds the app that Trunk has built into `dist/`, each file as it is and compressed with brotli, and the migrations.
//!
//! `OPENAI_LENS_SPA_DIR` names another folder. Without a built app the binary still builds, and its pages say how to
//! build one.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

const MISSING: &str = "<!doctype html><html lang=en><title>OpenAI Lens</title><p>This binary was built without the \
app. Run <code>cargo xtask build</code> and start it again.";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-env-changed=OPENAI_LENS_SPA_DIR");
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist");
    let folder = std::env::var_os("OPENAI_LENS_SPA_DIR").map_or_else(default, PathBuf::from);
    println!("cargo:rerun-if-changed={}", folder.display());
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);

    let mut files = Vec::new();
    if folder.join("index.html").exists() {
        collect(&folder, &mut files)?;
        files.sort();
    }
    let mut code = String::from("static ASSETS: &[Asset] = &[\n");
    let mut build = "dev".to_owned();
    if files.is_empty() {
        let page = out.join("missing.html");
        fs::write(&page, MISSING)?;
        embed(&mut code, &out, 0, "/index.html", &page)?;
    }
    for (index, file) in files.iter().enumerate() {
        let name = file.strip_prefix(&folder)?.to_str().ok_or("a file name is not UTF-8")?;
        if let Some(hash) = name.strip_suffix("_bg.wasm").and_then(|stem| stem.rsplit('-').next()) {
            build = hash.to_owned();
        }
        embed(&mut code, &out, index, &format!("/{name}"), file)?;
    }
    write!(
        code,
        "];\n\n/// The build of the app: the hash in the name of its wasm file.\npub const BUILD: &str = {build:?};\n"
    )?;
    fs::write(out.join("assets.rs"), code)?;
    fs::write(out.join("migrations.rs"), migrations()?)?;
    Ok(())
}

/// Number, name and statements of each migration. `sqlx::migrate!` would do the same, and have sqlx and SQLite compiled a
/// second time, for the compiler to load.
fn migrations() -> Result<String, Box<dyn Error>> {
    let mut code = String::from("&[\n");
    for file in fs::read_dir("migrations")? {
        let file = fs::canonicalize(file?.path())?;
        let name = file.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        let (number, name) =
            name.split_once('_').ok_or_else(|| format!("{} has no number", file.display()))?;
        let (number, name): (i64, _) = (number.parse()?, name.replace('_', " "));
        writeln!(code, "    ({number}, {name:?}, include_str!({file:?})),")?;
    }
    code.push_str("]\n");
    Ok(code)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
            files.push(path);
        }
    }
    Ok(())
}

fn embed(code: &mut String, out: &Path, index: usize, path: &str, file: &Path) -> Result<(), Box<dyn Error>> {
    let plain = fs::read(file)?;
    let compressed = out.join(format!("asset-{index}.br"));
    let mut writer = brotli::CompressorWriter::new(fs::File::create(&compressed)?, 64 * 1024, 11, 22);
    writer.write_all(&plain)?;
    writer.flush()?;
    drop(writer);
    let content_type = match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("json" | "webmanifest") => "application/json; charset=utf-8",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
    // Trunk writes the hash of a file's content into its name: `name-0123456789abcdef.css`.
    let immutable = path
        .split(['-', '_', '.'])
        .any(|part| part.len() == 16 && part.bytes().all(|b| b.is_ascii_hexdigit()));
    let etag = format!("\"{:016x}\"", fnv(&plain));
    writeln!(
        code,
        "    Asset {{ path: {path:?}, content_type: {content_type:?}, immutable: {immutable}, etag: {etag:?}, \
         plain: include_bytes!({:?}), brotli: include_bytes!({:?}) }},",
        fs::canonicalize(file)?,
        compressed
    )?;
    Ok(())
}

/// FNV-1a: tells two builds of a file apart; nothing relies on it being hard to forge.
fn fnv(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
