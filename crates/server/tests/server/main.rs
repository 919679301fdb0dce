//! The server in process, without a socket unless the socket is what is tested. One file per noun.
#![expect(unreachable_pub, reason = "a test program exports nothing")]

mod harness;

mod session;
