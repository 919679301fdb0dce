//! Fills an installation for `cargo xtask bench`: accounts of the simulator's large kind and their days, kept as the import
//! keeps them, with what is computed from them. It prints how long keeping took beside a plain insert of the same rows.
//!
//! `fill DATA EMAIL ACCOUNTS DAYS [ROWS.csv]` fills the installation in the folder DATA, whose first user is EMAIL, with
//! days that end yesterday, and writes the usage to a file for other programs.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a tool of the benchmarks"
)]

mod plain;
#[path = "../../tests/server/told.rs"]
#[expect(unreachable_pub, reason = "the tests' own")]
mod told;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::time::{Duration, Instant};

use api::connection::{self as contract, Stream};
use api::{Amount, ConnectionId, ConnectionName, Currency, Day, Email};
use facts::{Dictionary, Measure, Symbol, UsageRow};
use futures::StreamExt;
use server::app::App;
use server::clock::Clock;
use server::http::Limits;
use server::roll_up::{self, Days};
use server::settings::Settings;
use server::store::connection::{Connection, Life, LifeState, NewConnection};
use server::store::member::Member;
use server::store::project::Project;
use server::store::user::User;
use server::store::{api_key, connection, cost, import_schedule, member, project, segment, user};
use simulator::key::KEYS;
use simulator::organization::Organization;
use told::Told;

/// Days that are kept and inserted plainly, to compare both.
const SAMPLE: i64 = 5;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [data, email, accounts, days] = &arguments[..4] else { unreachable!() };
    let (accounts, days): (u64, i64) = (accounts.parse().unwrap(), days.parse().unwrap());
    let app = App::open(Settings::in_folder(data), Limits::default(), Clock::System).await.unwrap();
    let found = user::with_email(&mut app.store.read().await.unwrap(), &Email::parse(email).unwrap()).await;
    let (user, _) = found.unwrap().unwrap();
    let mut rows = arguments.get(4).map(|path| BufWriter::new(File::create(path).unwrap()));
    if let Some(rows) = &mut rows {
        writeln!(
            rows,
            "start,account,stream,project,api_key,user,model,batch,service_tier,size,source,context_level,\
             vector_store,requests,input,output"
        )
        .unwrap();
    }
    let first = app.clock.today().plus(-days);
    let (mut count, mut keeping) = (0, Duration::ZERO);
    let mut sample = (Duration::ZERO, Duration::ZERO);
    for seed in 0..accounts {
        let organization = Organization::large(seed, first.start().unix_seconds());
        let account = account(&app, &user, seed, &organization, first).await;
        let now = app.clock.now().unix_seconds();
        let work = (0..days).map(|day| {
            let (organization, day) = (organization.clone(), first.plus(day));
            tokio::task::spawn_blocking(move || (day, Told::of(&organization, &KEYS[0], day, now)))
        });
        let mut told = futures::stream::iter(work).buffered(2);
        while let Some(day) = told.next().await {
            let (day, told) = day.unwrap();
            count += told.read.iter().map(|(_, read)| read.row_count).sum::<usize>();
            if let Some(rows) = &mut rows {
                for (stream, texts, usage) in &told.usage {
                    write_rows(rows, &account.id, *stream, texts, usage);
                }
            }
            if seed == 0 && day < first.plus(SAMPLE) {
                let (keep, insert) = compare(&app, &account, day, &told).await;
                sample = (sample.0 + keep, sample.1 + insert);
            }
            let begun = Instant::now();
            let mut db = app.store.write().await.unwrap();
            for (stream, read) in told.read {
                let read = BTreeMap::from([(day, read)]);
                let now = app.clock.now();
                segment::replace(&mut db, (&user.tenant, &account.id), stream, &read, now).await.unwrap();
            }
            let billed = (day, None, Currency::USD, Amount::from_pico(told.billed).unwrap());
            cost::replace(&mut db, (&user.tenant, &account.id), &[day], &[billed]).await.unwrap();
            db.commit().await.unwrap();
            keeping += begun.elapsed();
        }
    }
    if let Some(mut rows) = rows {
        rows.flush().unwrap();
    }
    println!("figure rows {count}");
    println!("figure keep_ms {}", keeping.as_millis());
    println!("figure keep_sample_ms {}", sample.0.as_millis());
    println!("figure insert_ms {}", sample.1.as_millis());
    let begun = Instant::now();
    while roll_up::fill(&app, Days::All).await.unwrap() > 0 {}
    println!("figure roll_up_ms {}", begun.elapsed().as_millis());
    let begun = Instant::now();
    while roll_up::merge(&app).await.unwrap() > 0 {}
    println!("figure merge_ms {}", begun.elapsed().as_millis());
    app.store.close().await;
}

/// Keeps a day's usage as the import does, from its rows on, and inserts the same rows plainly; how long either took.
async fn compare(app: &App, account: &Connection, day: Day, told: &Told) -> (Duration, Duration) {
    let begun = Instant::now();
    let mut db = app.store.write().await.unwrap();
    for (stream, texts, rows) in told.usage.iter().filter(|(.., rows)| !rows.is_empty()) {
        let read = segment::Read::of(rows.len(), facts::segment::encode_usage(rows, texts));
        let (of, now) = ((&account.tenant, &account.id), app.clock.now());
        segment::replace(&mut db, of, *stream, &BTreeMap::from([(day, read)]), now).await.unwrap();
    }
    db.commit().await.unwrap();
    let kept = begun.elapsed();
    let usage: Vec<_> = told.usage.iter().map(|(_, texts, rows)| (texts, rows.as_slice())).collect();
    (kept, plain::insert(&app.store, &account.id, &usage).await)
}

/// A connection that nothing is planned for, with the names of everything that it has.
async fn account(app: &App, user: &User, seed: u64, organization: &Organization, first: Day) -> Connection {
    let now = app.clock.now();
    let never = now.plus_seconds(1_000_000_000);
    let account = Connection {
        tenant: user.tenant.clone(),
        id: ConnectionId::parse(&format!("conn_{seed:032x}")).unwrap(),
        name: ConnectionName::parse(&format!("Account {seed}")).unwrap(),
        organization: Some(contract::Organization { id: organization.id.clone(), name: None }),
        life: Life { state: LifeState::Active, by: user.email.clone(), at: now },
        key_tail: "abcd".into(),
        key_fingerprint: format!("{seed:032x}"),
        key_version: 1,
        key_added_at: now,
        key_used_at: None,
        key_expires_at: None,
        key_failure: None,
        management_readable: false,
        created_by: user.email.clone(),
        created_at: now,
        history_start: first,
    };
    let mut db = app.store.write().await.unwrap();
    let of = (&user.tenant, &account.id);
    let new = NewConnection { connection: &account, refresh_due_at: never, month_due_at: never };
    connection::insert(&mut db, new).await.unwrap();
    let key = (of.0, of.1, account.key_version);
    import_schedule::note_names(&mut db, key, false, None, never).await.unwrap();
    // Else it would be taken for what a clock that was ahead has put off.
    import_schedule::hold(&mut db, of, never, now).await.unwrap();
    for found in &organization.projects {
        let found = Project { id: found.id.clone(), name: Some(found.name.clone()), archived_at: None };
        project::upsert(&mut db, of, &found, now).await.unwrap();
    }
    let keys = organization.api_keys.iter().map(|key| api_key::ApiKey {
        id: key.id.clone(),
        name: Some(key.name.clone()),
        project: organization.projects[key.project].id.clone(),
        owner: None,
    });
    api_key::upsert(&mut db, of, &keys.collect::<Vec<_>>(), now).await.unwrap();
    let users = organization.users.iter().map(|user| Member {
        id: user.id.clone(),
        name: Some(user.name.clone()),
        email: Some(user.email.clone()),
    });
    member::upsert(&mut db, of, &users.collect::<Vec<_>>(), now).await.unwrap();
    db.commit().await.unwrap();
    account
}

fn write_rows(
    out: &mut impl Write,
    account: &ConnectionId,
    stream: Stream,
    texts: &Dictionary,
    rows: &[UsageRow],
) {
    for row in rows {
        let text = |symbol: Symbol| texts.text(symbol).unwrap_or_default();
        let told = |measure| row.measures.or_zero(measure);
        let batch = row.batch.map_or("", |batch| if batch { "true" } else { "false" });
        let [project, key, user] = [row.project, row.api_key, row.user].map(text);
        let [model, tier] = [row.model, row.service_tier].map(text);
        let [size, source, level, vectors] =
            [row.size, row.source, row.context_level, row.vector_store].map(text);
        let [requests, input, output] =
            [Measure::Requests, Measure::InputTokens, Measure::OutputTokens].map(told);
        let (start, stream) = (row.start, stream.slug());
        writeln!(
            out,
            "{start},{account},{stream},{project},{key},{user},{model},{batch},{tier},{size},{source},{level},\
             {vectors},{requests},{input},{output}"
        )
        .unwrap();
    }
}
