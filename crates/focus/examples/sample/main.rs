//! Writes a bill as FOCUS in both versions and both formats, and what its rows must sum to:
//! `cargo run -p focus --example sample -- FOLDER`. The acceptance test judges the files with other people's programs.

mod charges;

use std::error::Error;
use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;

use charges::Sample;
use focus::{CsvWriter, ParquetWriter, Version};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("say into which folder")?);
    std::fs::create_dir_all(&folder)?;
    let sample = Sample::new();
    for version in Version::ALL {
        let file = |ending| {
            File::create(folder.join(format!("focus-{}.{ending}", version.as_str()))).map(BufWriter::new)
        };
        let mut csv = CsvWriter::new(file("csv")?, version)?;
        let mut parquet = ParquetWriter::new(file("parquet")?, version)?;
        for row in sample.rows() {
            let row = row?;
            csv.write(&row)?;
            parquet.write(&row)?;
        }
        csv.finish()?;
        parquet.finish()?;
    }
    let expected = format!("{{\"rows\": {}, \"billed\": \"{}\"}}\n", sample.rows().count(), sample.billed());
    std::fs::write(folder.join("expected.json"), expected)?;
    Ok(())
}
