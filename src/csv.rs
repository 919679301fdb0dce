//! Tables as CSV (RFC 4180), for spreadsheets: what the browser already shows.

/// What begins a formula in a spreadsheet: OWASP, CSV Injection. The server's files have the same rule.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A text. Names come from whoever may name a project or a key, so that one that a spreadsheet would take for a
    /// formula has an apostrophe before it.
    Text(String),
    /// A number, written plainly.
    Number(String),
}

impl Cell {
    /// A text, such as a moment or an id.
    pub fn text(text: impl ToString) -> Self {
        Self::Text(text.to_string())
    }

    /// The same for what may be absent.
    pub fn maybe(text: Option<impl ToString>) -> Self {
        Self::Text(text.map(|text| text.to_string()).unwrap_or_default())
    }

    /// A number.
    pub fn number(number: impl ToString) -> Self {
        Self::Number(number.to_string())
    }
}

/// The file: a header and its rows.
pub fn file(header: &[String], rows: &[Vec<Cell>]) -> String {
    let header: Vec<String> = header.iter().map(|name| quoted(&harmless(name))).collect();
    let mut file = header.join(",");
    file.push_str("\r\n");
    for row in rows {
        let cells: Vec<String> = row.iter().map(written).collect();
        file.push_str(&cells.join(","));
        file.push_str("\r\n");
    }
    file
}

fn written(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => quoted(&harmless(text)),
        Cell::Number(number) => quoted(number),
    }
}

fn harmless(text: &str) -> String {
    if text.starts_with(FORMULA) { format!("'{text}") } else { text.to_owned() }
}

fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_and_are_no_formulas() {
        let text = |text: &str| Cell::Text(text.to_owned());
        for (written, cell) in [
            ("a", text("a")),
            ("\"a, \"\"b\"\"\"", text("a, \"b\"")),
            ("'=1+1", text("=1+1")),
            ("\"'=HYPERLINK(\"\"x\"\",1)\"", text("=HYPERLINK(\"x\",1)")),
            ("'@SUM(A1)", text("@SUM(A1)")),
            ("\"'\r=1\"", text("\r=1")),
            ("\"'\n=1\"", text("\n=1")),
            ("'-1", text("-1")),
            ("'＝1", text("＝1")),
            ("'＋1", text("＋1")),
            ("'－1", text("－1")),
            ("'＠SUM(A1)", text("＠SUM(A1)")),
            ("-1.5", Cell::Number("-1.5".to_owned())),
        ] {
            assert_eq!(file(&["Name".to_owned()], &[vec![cell]]), format!("Name\r\n{written}\r\n"));
        }
    }
}
