//! Why a server that can be read takes no changes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why nothing can be changed for the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReadOnly {
    /// There is no room for the database to grow.
    DiskFull,
    /// The database's disk takes no writes, or its server is a copy that is only read.
    NotWritable,
}

impl ReadOnly {
    /// The header by which every answer tells of it. Its value is [`ReadOnly::slug`].
    pub const HEADER: &'static str = "x-read-only";

    /// The name on the wire.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::DiskFull => "disk_full",
            Self::NotWritable => "not_writable",
        }
    }

    /// What is the matter, for the user.
    pub const fn detail(self) -> &'static str {
        match self {
            Self::DiskFull => {
                "The disk of the console's database is full: figures can be viewed, but nothing can be changed or imported."
            }
            Self::NotWritable => {
                "The console's database cannot be written to: figures can be viewed, but nothing can be changed or imported."
            }
        }
    }

    /// What to do about it.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::DiskFull => {
                "Ask the operator of this console to free space. The console recovers by itself within a minute."
            }
            Self::NotWritable => {
                "Ask the operator of this console to make the disk writable. The console recovers by itself within a minute."
            }
        }
    }
}
