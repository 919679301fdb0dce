//! A hardened process leaves no core file.

use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::Command;

#[test]
fn a_hardened_process_that_aborts_leaves_no_core_file() {
    const ABORTED: i32 = 6;
    let folder = tempfile::tempdir().unwrap();
    let mut aborter = PathBuf::from(env!("CARGO_BIN_EXE_memscan"));
    aborter.set_file_name("examples/aborter");
    let output = Command::new(aborter).current_dir(&folder).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "Some(0) Some(0) NotDumpable\n");
    assert_eq!((output.status.signal(), output.status.core_dumped()), (Some(ABORTED), false));
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}
