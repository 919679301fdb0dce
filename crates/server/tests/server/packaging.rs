//! What an operator installs: the unit of systemd says what the program understands, and systemd understands it.

use std::path::Path;
use std::process::Command;

use crate::process::program;

const UNIT: &str = include_str!("../../../../packaging/openai-lens.service");

/// The values of a setting of the unit.
fn values<'a>(name: &'a str) -> impl Iterator<Item = &'static str> + use<'a> {
    UNIT.lines().filter_map(move |line| line.strip_prefix(name)?.strip_prefix('='))
}

#[test]
fn the_unit_starts_the_program_with_settings_that_it_has() {
    let start: Vec<_> = values("ExecStart").collect();
    let [start] = start.as_slice() else { panic!("{start:?}") };
    let arguments: Vec<_> = start.split(' ').skip(1).collect();
    let help = program(Path::new("unused")).args(&arguments).arg("--help").output().unwrap();
    assert!(help.status.success() && String::from_utf8(help.stdout).unwrap().contains("Serve the console"));
    let names: Vec<_> = values("Environment").map(|pair| pair.split('=').next().unwrap()).collect();
    assert!(names.contains(&"OPENAI_LENS_DATA") && names.contains(&"OPENAI_LENS_MASTER_KEY_FILE"));
    for name in names.into_iter().filter(|name| *name != "MALLOC_ARENA_MAX") {
        assert!(server::settings::ALL.iter().any(|setting| setting.name == name), "{name}");
    }
    // Each folder that a setting names is one that systemd makes, closed to others.
    let folders: Vec<_> = values("StateDirectory").flat_map(|names| names.split(' ')).collect();
    for path in
        values("Environment").filter_map(|pair| pair.split('=').nth(1)).filter(|value| value.starts_with('/'))
    {
        let folder = path.strip_prefix("/var/lib/").unwrap().split('/').next().unwrap();
        assert!(folders.contains(&folder), "{path}");
    }
    assert_eq!(values("StateDirectoryMode").collect::<Vec<_>>(), ["0700"]);
    // However long its database takes to come up: it is started again without end.
    assert_eq!(values("StartLimitIntervalSec").collect::<Vec<_>>(), ["0"]);
    assert_eq!(values("Restart").collect::<Vec<_>>(), ["on-failure"]);
}

#[test]
fn systemd_understands_the_unit_and_finds_little_exposed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("openai-lens.service");
    // The program of the test stands where it would be installed.
    let here = UNIT.replace("/usr/local/bin/openai-lens", env!("CARGO_BIN_EXE_openai-lens"));
    std::fs::write(&file, here).unwrap();
    let analyze = |arguments: &[&str]| {
        Command::new("systemd-analyze").args(arguments).arg(&file).env("SYSTEMD_COLORS", "0").output()
    };
    let Ok(verified) = analyze(&["verify"]) else {
        println!("skipped: systemd-analyze is not here");
        return;
    };
    assert!(verified.status.success() && verified.stderr.is_empty(), "{verified:?}");
    // Its measure is in tenths: 0 is closed, 100 is open.
    let exposed = analyze(&["security", "--offline=true", "--threshold=20", "--no-pager"]).unwrap();
    let said = String::from_utf8_lossy(&exposed.stdout);
    assert!(exposed.status.success(), "{}", said.lines().last().unwrap_or_default());
}
