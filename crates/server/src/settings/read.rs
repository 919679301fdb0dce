//! Reading the settings: from the environment or a file, with every problem reported at once.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use openai::BaseUrl;
use tracing_subscriber::EnvFilter;

use super::parser::Parser;
use super::{ALL, DatabaseUrl, MailSettings, Settings, sign_on};

/// A setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingProblem {
    /// Which one.
    pub name: String,
    /// Why, and what to do.
    pub problem: String,
}

impl fmt::Display for SettingProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.problem)
    }
}

impl Settings {
    /// Reads the settings: the environment wins over the file, which is TOML with a line `NAME = "value"` for each.
    pub fn read(
        environment: impl Fn(&str) -> Option<String>,
        file: Option<&Path>,
    ) -> Result<Self, Vec<SettingProblem>> {
        let mut problems = Vec::new();
        let from_file = file.map(|path| read_file(path, &mut problems)).unwrap_or_default();
        let raw = |name: &str| {
            environment(name).or_else(|| from_file.get(name).cloned()).filter(|value| !value.is_empty())
        };
        if raw("OPENAI_LENS_MASTER_KEY").is_some() {
            problems.push(problem("OPENAI_LENS_MASTER_KEY", "a key must not stand in the environment; put it into the file OPENAI_LENS_MASTER_KEY_FILE names"));
        }
        if raw("OPENAI_LENS_ALLOW_HTTP").is_some() {
            problems.push(problem("OPENAI_LENS_ALLOW_HTTP", "there is no such setting any more, since over plain http to other machines browsers keep no session; remove it, put a reverse proxy with TLS in front and set OPENAI_LENS_PUBLIC_URL to its https address"));
        }
        let mut parsed = Parser { raw: &raw, problems: &mut problems };
        let listen: SocketAddr =
            parsed.parse("OPENAI_LENS_LISTEN", ([127, 0, 0, 1], 8080).into(), "write it as 127.0.0.1:8080");
        let metrics_listen =
            parsed.parse_optional("OPENAI_LENS_METRICS_LISTEN", "write it as 127.0.0.1:9464");
        let trusted_proxies = parsed.parse("OPENAI_LENS_TRUSTED_PROXIES", 0, "write a number, such as 1");
        let support_email = parsed.parse_optional("OPENAI_LENS_SUPPORT_EMAIL", "write an e-mail address");
        let simulated = parsed.flag("OPENAI_LENS_SIMULATED");
        let data = PathBuf::from(raw("OPENAI_LENS_DATA").unwrap_or_else(|| "data".into()));
        let base_url = match raw("OPENAI_BASE_URL").map(|text| BaseUrl::parse(&text)) {
            None => BaseUrl::default(),
            Some(Ok(url)) => url,
            Some(Err(error)) => {
                problems.push(problem("OPENAI_BASE_URL", &error.to_string()));
                BaseUrl::default()
            }
        };
        let database_url = match raw("DATABASE_URL").map(|text| DatabaseUrl::parse(&text)).transpose() {
            Ok(url) => url,
            // The address may hold a password, so that it is not repeated.
            Err(error) => {
                problems.push(problem("DATABASE_URL", &error.to_string()));
                None
            }
        };
        let public_url = raw("OPENAI_LENS_PUBLIC_URL").map(|url| url.trim_end_matches('/').to_owned());
        if public_url.as_deref().is_some_and(|url| !is_origin(url)) {
            problems.push(problem(
                "OPENAI_LENS_PUBLIC_URL",
                "write it as https://lens.example.com, without a path",
            ));
        }
        if public_url.as_deref().is_some_and(|url| is_origin(url) && !keeps_sessions(url)) {
            problems.push(problem(
                "OPENAI_LENS_PUBLIC_URL",
                "browsers keep no session over plain http to other machines; write an https address",
            ));
        }
        let https = public_url.as_ref().is_some_and(|url| url.starts_with("https://"));
        if !listen.ip().is_loopback() && !https {
            problems.push(problem(
                "OPENAI_LENS_LISTEN",
                "browsers keep no session over plain http to other machines; put a reverse proxy with TLS in front and set \
                 OPENAI_LENS_PUBLIC_URL to its https address",
            ));
        }
        let mail = MailSettings::read(&raw, &mut problems);
        let mut parsed = Parser { raw: &raw, problems: &mut problems };
        let sign_on = sign_on::read(&mut parsed, public_url.as_deref());
        let log = raw("OPENAI_LENS_LOG").unwrap_or_else(|| "info".into());
        if EnvFilter::try_new(&log).is_err() {
            problems.push(problem(
                "OPENAI_LENS_LOG",
                "write a level, such as info, or levels by module, such as server=debug",
            ));
        }
        let settings = Self {
            listen,
            metrics_listen,
            master_key_file: raw("OPENAI_LENS_MASTER_KEY_FILE")
                .map_or_else(|| data.join("master.key"), PathBuf::from),
            data,
            database_url,
            openai_base_url: base_url,
            public_url,
            trusted_proxies,
            support_email,
            mail,
            sign_on,
            simulated,
            log,
        };
        if problems.is_empty() { Ok(settings) } else { Err(problems) }
    }
}

/// The app lives at the root of its origin.
fn is_origin(url: &str) -> bool {
    let host = ["https://", "http://"].iter().find_map(|scheme| url.strip_prefix(scheme));
    host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']))
}

/// Whether browsers keep a cookie that is for https alone: over plain http those of this machine do.
fn keeps_sessions(url: &str) -> bool {
    let Some(host) = url.strip_prefix("http://") else { return true };
    let name =
        host.rsplit_once(':').map_or(host, |(name, port)| if port.ends_with(']') { host } else { name });
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

pub(super) fn problem(name: &str, problem: &str) -> SettingProblem {
    SettingProblem { name: name.into(), problem: problem.into() }
}

fn read_file(path: &Path, problems: &mut Vec<SettingProblem>) -> BTreeMap<String, String> {
    let name = path.display().to_string();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            problems.push(problem(&name, &format!("the settings file cannot be read: {error}")));
            return BTreeMap::new();
        }
    };
    match toml::from_str::<BTreeMap<String, String>>(&text) {
        Ok(values) => {
            for unknown in values.keys().filter(|key| !ALL.iter().any(|setting| setting.name == key.as_str()))
            {
                problems
                    .push(problem(&name, &format!("there is no setting {unknown}; see openai-lens --help")));
            }
            values
        }
        // The parser's own words would quote the line.
        Err(_) => {
            problems.push(problem(
                &name,
                "the settings file is not understood; write one line NAME = \"value\" for each setting",
            ));
            BTreeMap::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[(&str, &str)]) -> Result<Settings, Vec<SettingProblem>> {
        let values: BTreeMap<_, _> =
            values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Settings::read(|name| values.get(name).cloned(), None)
    }

    #[test]
    fn defaults_are_safe() {
        let settings = read(&[]).unwrap();
        assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(settings.openai_base_url.to_string(), "https://api.openai.com/v1");
        assert!(!settings.simulated);
    }

    #[test]
    fn all_problems_are_named_at_once() {
        let problems = read(&[
            ("OPENAI_LENS_LISTEN", "nowhere"),
            ("OPENAI_BASE_URL", "http://api.openai.com"),
            ("OPENAI_LENS_TRUSTED_PROXIES", "-1"),
            ("OPENAI_LENS_SIMULATED", "perhaps"),
            ("OPENAI_LENS_MASTER_KEY", "x"),
            ("DATABASE_URL", "mysql://x"),
        ])
        .unwrap_err();
        let names: Vec<_> = problems.iter().map(|problem| problem.name.as_str()).collect();
        for name in [
            "OPENAI_LENS_LISTEN",
            "OPENAI_BASE_URL",
            "OPENAI_LENS_TRUSTED_PROXIES",
            "OPENAI_LENS_SIMULATED",
            "OPENAI_LENS_MASTER_KEY",
            "DATABASE_URL",
        ] {
            assert!(names.contains(&name), "{name} in {names:?}");
        }
    }

    #[test]
    fn a_file_is_read_and_the_environment_wins() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        let from_file = |text: &str| {
            std::fs::write(&path, text).unwrap();
            let environment =
                |name: &str| (name == "OPENAI_LENS_LISTEN").then(|| "127.0.0.1:9999".to_owned());
            Settings::read(environment, Some(&path))
        };
        let settings = from_file(
            "# the console of the finance team\nOPENAI_LENS_LISTEN = \"127.0.0.1:1\"\nOPENAI_LENS_DATA = \"/srv/lens\"\n",
        )
        .unwrap();
        assert_eq!(settings.listen.to_string(), "127.0.0.1:9999");
        assert_eq!(settings.master_key_file, Path::new("/srv/lens/master.key"));

        let words = |text: &str| from_file(text).unwrap_err().first().unwrap().to_string();
        assert!(words("OPENAI_LENS_LISTN = \"x\"").contains("there is no setting OPENAI_LENS_LISTN"));
        let garbled = words("OPENAI_LENS_LISTEN = sk-admin-secret");
        assert!(garbled.contains("is not understood") && !garbled.contains("sk-admin"), "{garbled}");
        std::fs::remove_file(&path).unwrap();
        let missing = Settings::read(|_| None, Some(&path)).unwrap_err();
        assert!(missing.first().unwrap().to_string().contains("cannot be read"));
    }

    #[test]
    fn public_urls() {
        for (url, fits) in [
            ("https://lens.example.com", true),
            ("https://lens.example.com/", true),
            ("http://127.0.0.1:8080", true),
            ("http://localhost", true),
            ("http://[::1]:8080", true),
            ("http://[::1]", true),
            ("http://lens.example.com", false),
            ("http://10.0.0.7:8080", false),
            ("lens.example.com", false),
            ("https://", false),
            ("https://lens.example.com/console", false),
            ("https://lens.example.com?x", false),
        ] {
            assert_eq!(read(&[("OPENAI_LENS_PUBLIC_URL", url)]).is_ok(), fits, "{url}");
        }
    }

    #[test]
    fn plain_http_to_other_machines_is_refused_with_the_remedy() {
        assert!(read(&[("OPENAI_LENS_LISTEN", "0.0.0.0:80")]).is_err());
        assert!(
            read(&[
                ("OPENAI_LENS_LISTEN", "0.0.0.0:80"),
                ("OPENAI_LENS_PUBLIC_URL", "https://lens.example.com/")
            ])
            .is_ok()
        );
        // Nobody could sign in: the session's cookie is for https and this machine alone.
        let allowed = [("OPENAI_LENS_LISTEN", "0.0.0.0:80"), ("OPENAI_LENS_ALLOW_HTTP", "yes")];
        let problems = read(&allowed).unwrap_err();
        assert_eq!(problems.len(), 2);
        assert!(problems.iter().all(|problem| problem.problem.contains("OPENAI_LENS_PUBLIC_URL")));
    }
}
