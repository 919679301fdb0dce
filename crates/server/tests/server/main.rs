//! The server in process, without a socket unless the socket is what is tested. One file per noun.
#![expect(unreachable_pub, reason = "a test program exports nothing")]

#[cfg(test)]
mod estate;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod log;
#[cfg(test)]
mod old_database;
#[cfg(test)]
mod receiver;
#[cfg(test)]
mod summed;
#[cfg(test)]
mod told;
#[cfg(test)]
mod upstream;
#[cfg(test)]
mod wire;

#[cfg(test)]
mod access;
#[cfg(test)]
mod access_request;
#[cfg(test)]
mod api_token;
#[cfg(test)]
mod asset;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod backup;
#[cfg(test)]
mod body;
#[cfg(test)]
mod change;
#[cfg(test)]
mod client_report;
#[cfg(test)]
mod clock;
#[cfg(test)]
mod connection;
#[cfg(test)]
mod connection_draft;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod cost;
#[cfg(test)]
mod cross_site;
#[cfg(test)]
mod cube;
#[cfg(test)]
mod database_fault;
#[cfg(test)]
mod database_silence;
#[cfg(test)]
mod delivery;
#[cfg(test)]
mod disconnect;
#[cfg(test)]
mod disk;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod export;
#[cfg(test)]
mod fault;
#[cfg(test)]
mod finish;
#[cfg(test)]
mod headers;
#[cfg(test)]
mod hostile_name;
#[cfg(test)]
mod import;
#[cfg(test)]
mod import_block;
#[cfg(test)]
mod import_fault;
#[cfg(test)]
mod import_history;
#[cfg(test)]
mod import_isolation;
#[cfg(test)]
mod import_patience;
#[cfg(test)]
mod import_process;
#[cfg(test)]
mod import_seed;
#[cfg(test)]
mod import_server;
#[cfg(test)]
mod import_stream;
#[cfg(test)]
mod invitation;
#[cfg(test)]
mod large_organization;
#[cfg(test)]
mod late_data;
#[cfg(test)]
mod lease;
#[cfg(test)]
mod life;
#[cfg(test)]
mod lost_permission;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod master_key;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod migrate_store;
#[cfg(test)]
mod notification;
#[cfg(test)]
mod own_session;
#[cfg(test)]
mod packaging;
#[cfg(test)]
mod password;
#[cfg(test)]
mod process;
#[cfg(test)]
mod program;
#[cfg(test)]
mod random_organization;
#[cfg(test)]
mod read_only;
#[cfg(test)]
mod reconciliation;
#[cfg(test)]
mod report;
#[cfg(test)]
mod revocation;
#[cfg(test)]
mod rotation;
#[cfg(test)]
mod save_process;
#[cfg(test)]
mod saved_report;
#[cfg(test)]
mod second_factor;
#[cfg(test)]
mod secret;
#[cfg(test)]
mod secret_process;
#[cfg(test)]
mod segment;
#[cfg(test)]
mod session;
#[cfg(test)]
mod setup;
#[cfg(test)]
mod shutdown;
#[cfg(test)]
mod sign_in_rule;
#[cfg(test)]
mod sign_on;
#[cfg(test)]
mod size;
#[cfg(test)]
mod soak;
#[cfg(test)]
mod socket;
#[cfg(test)]
mod support_request;
#[cfg(test)]
mod turn;
#[cfg(test)]
mod upgrade;
#[cfg(test)]
mod upstream_call;
#[cfg(test)]
mod user;
#[cfg(test)]
mod webhook;
