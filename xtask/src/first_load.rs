//! The bytes of the first load, asked from a running server as a browser asks: the page, every file that it names, and
//! every script that these import. Home needs no more; other pages load parts of their own.

use crate::http;
use crate::step::note;

/// All files of the first load together, as sent with brotli.
pub(crate) const BUDGET: usize = 200_000;

pub(crate) struct FirstLoad {
    files: Vec<(String, usize)>,
    /// The app's code, before compression.
    pub(crate) wasm: usize,
}

impl FirstLoad {
    pub(crate) fn total(&self) -> usize {
        self.files.iter().map(|(_, bytes)| bytes).sum()
    }

    pub(crate) fn print(&self) {
        for (path, bytes) in &self.files {
            note(&format!("{bytes:>8}  {path}"));
        }
        note(&format!("{:>8}  together, of {BUDGET}", self.total()));
    }
}

/// Asks for them all.
pub(crate) fn measure(origin: &str) -> Result<FirstLoad, String> {
    let html = http::get(origin, "/", "identity")?;
    let html = String::from_utf8_lossy(&html.body).into_owned();
    let mut paths = named_files(&html);
    if !paths.iter().any(|path| path.ends_with(".wasm")) {
        return Err(format!(
            "Failed: the page at {origin} names no wasm file: the server was built without the app.\nRemedy: cargo xtask build"
        ));
    }
    paths.insert(0, "/".into());
    let mut load = FirstLoad { files: Vec::new(), wasm: 0 };
    let mut at = 0;
    while let Some(path) = paths.get(at).cloned() {
        at += 1;
        let answer = http::get(origin, &path, "br")?;
        if answer.status != 200 {
            return Err(format!("Failed: {origin}{path} answers {}.", answer.status));
        }
        if path.ends_with(".js") {
            let script = http::get(origin, &path, "identity")?;
            for imported in imports(&String::from_utf8_lossy(&script.body)) {
                if !paths.contains(&imported) {
                    paths.push(imported);
                }
            }
        }
        if path.ends_with(".wasm") {
            load.wasm += http::get(origin, &path, "identity")?.body.len();
        }
        // As the network tab counts it: the head travels too.
        load.files.push((path, answer.head.len() + answer.body.len()));
    }
    Ok(load)
}

/// The addresses that a script imports at once: those beside it.
fn imports(script: &str) -> Vec<String> {
    let found = script.match_indices("from").filter_map(|(at, found)| {
        let address = script.get(at + found.len()..)?.trim_start().strip_prefix("\"./")?;
        Some(format!("/{}", address.split('"').next()?))
    });
    found.collect()
}

/// The absolute paths in the page's attributes, with or without quotes, each once. A link that is disabled is loaded with
/// the page that needs it.
fn named_files(html: &str) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    for tag in html.split('<').filter(|tag| !is_disabled(tag)) {
        for attribute in ["href=", "src=", "content=", "data-wasm="] {
            for (at, _) in tag.match_indices(attribute) {
                let value = tag.get(at + attribute.len()..).unwrap_or_default().trim_start_matches('"');
                let path = value.split(['"', ' ', '>']).next().unwrap_or_default();
                let is_file =
                    path.starts_with('/') && path.rsplit('/').next().is_some_and(|name| name.contains('.'));
                if is_file && !paths.iter().any(|known| known == path) {
                    paths.push(path.to_owned());
                }
            }
        }
    }
    paths
}

/// Whether a tag has the attribute `disabled`.
fn is_disabled(tag: &str) -> bool {
    let attributes = tag.split('>').next().unwrap_or_default().trim_end_matches('/');
    attributes
        .split_ascii_whitespace()
        .any(|attribute| attribute == "disabled" || attribute.starts_with("disabled="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_script_imports_is_found() {
        let script =
            "import * as a from \"./a-12.js\"\nimport * as b from \"./a-12.js\"\nconst c = \"./c.wasm\";";
        assert_eq!(imports(script), ["/a-12.js", "/a-12.js"]);
        assert_eq!(imports("import*as a from\"./a-12.js\";import{b}from\"./b.js\";"), ["/a-12.js", "/b.js"]);
    }

    #[test]
    fn every_file_of_the_page_is_found_once() {
        let html = r#"<link href=/a.css rel=stylesheet><script integrity="x" src="/b.js"></script><link href="/a.css">
            <meta content=/c.js data-wasm=/c_bg.wasm name=app><a href="/login">x</a><meta content="width=device-width">"#;
        assert_eq!(named_files(html), ["/a.css", "/b.js", "/c.js", "/c_bg.wasm"]);
    }

    #[test]
    fn what_is_loaded_with_a_page_is_no_part_of_the_first_load() {
        let html = r#"<link disabled href=/a.css><link href="/b.css" disabled=""/><link href=/disabled.css>"#;
        assert_eq!(named_files(html), ["/disabled.css"]);
    }
}
