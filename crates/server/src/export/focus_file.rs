//! Facts as FOCUS, row by row.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use api::export::Format;
use api::{ConnectionId, Day, Timestamp};
use facts::{Cube, Names};
use focus::{Account, Charge, CsvWriter, Mapping, ParquetWriter, Row, Version};

use super::Contents;
use super::pipe::Pipe;
use crate::figures::Facts;
use crate::store::connection::Connection;

/// What an account is called.
pub(super) struct Organization {
    /// The name that the user gave it.
    pub(super) account: String,
    /// OpenAI's id; while it is not known, the connection's own.
    id: String,
    /// OpenAI's name.
    name: Option<String>,
}

impl Organization {
    /// That of a connection.
    pub(super) fn of(connection: Connection) -> Self {
        let account = connection.name.to_string();
        match connection.organization {
            Some(organization) => Self { account, id: organization.id, name: organization.name },
            None => Self { account, id: connection.id.to_string(), name: None },
        }
    }
}

/// A file, before it is written.
pub(super) struct FocusFile {
    /// The version of FOCUS.
    pub(super) version: Version,
    /// The form of the file.
    pub(super) format: Format,
    /// What the accounts are called.
    pub(super) organizations: BTreeMap<ConnectionId, Organization>,
    /// What ids are called.
    pub(super) names: Names,
    /// The days that were restated after their month had been closed.
    pub(super) corrected: BTreeSet<(ConnectionId, Day)>,
    /// What the head of the answer has promised.
    pub(super) contents: Contents,
}

/// Either writer.
enum Writer<W: Write + Send> {
    Csv(CsvWriter<W>),
    Parquet(ParquetWriter<W>),
}

impl<W: Write + Send> Writer<W> {
    fn write(&mut self, row: &Row<'_>) -> io::Result<()> {
        match self {
            Self::Csv(writer) => writer.write(row),
            Self::Parquet(writer) => writer.write(row),
        }
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Self::Csv(writer) => writer.finish().map(drop),
            Self::Parquet(writer) => writer.finish().map(drop),
        }
    }
}

impl FocusFile {
    /// Writes the file, a few days at a time.
    pub(super) fn write(&self, mut facts: Facts, pipe: &mut Pipe) -> io::Result<()> {
        let waiting = pipe.waiting();
        let mut writer = match self.format {
            Format::Csv => Writer::Csv(CsvWriter::new(pipe, self.version)?),
            Format::Parquet => Writer::Parquet(ParquetWriter::new(pipe, self.version)?),
        };
        let mut written = Contents::default();
        while let Some(part) = waiting.wait(facts.next())? {
            for stretch in part.stretches() {
                let stretch = stretch.map_err(io::Error::other)?;
                for cube in &stretch.cubes {
                    self.write_cube(&mut writer, &stretch.connection, cube)?;
                    written.add(cube.len(), cube.currency(), cube.total());
                }
            }
        }
        if written != self.contents {
            return Err(io::Error::other("a day was imported again while the file was written"));
        }
        writer.finish()
    }

    fn write_cube<W: Write + Send>(
        &self,
        writer: &mut Writer<W>,
        connection: &ConnectionId,
        cube: &Cube,
    ) -> io::Result<()> {
        let organization = self.organizations.get(connection);
        let account = Account {
            id: organization.map_or(connection.as_str(), |organization| organization.id.as_str()),
            // OpenAI tells few names of organizations: what the user calls it is one as well.
            name: organization.map(|of| of.name.as_deref().unwrap_or(&of.account)),
            currency: cube.currency(),
        };
        let mapping = Mapping { account, dictionary: cube.dictionary(), names: &self.names };
        let corrected = self.corrected.iter().filter(|(of, _)| of == connection);
        let corrected: BTreeSet<Day> = corrected.map(|(_, day)| *day).collect();
        for fact in cube.facts() {
            let day = Day::of(Timestamp::from_unix_seconds(fact.start));
            let is_correction = corrected.contains(&day);
            let charge = Charge { fact: &fact, is_correction, tags: &[] };
            writer.write(&mapping.row(&charge).map_err(io::Error::other)?)?;
        }
        Ok(())
    }
}
