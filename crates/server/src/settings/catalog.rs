//! Every setting there is, in words.

/// A setting: its name in the environment and in the file, its default, and what it is for.
pub struct Setting {
    /// The name in the environment. In the file it is the same.
    pub name: &'static str,
    /// What holds when it is not set.
    pub default: &'static str,
    /// What it is for.
    pub about: &'static str,
}

/// Every setting there is. `openai-lens --help` and docs/operations.md list the same.
pub const ALL: &[Setting] = &[
    Setting {
        name: "OPENAI_LENS_LISTEN",
        default: "127.0.0.1:8080",
        about: "address and port to listen on; port 0 takes a free one",
    },
    Setting {
        name: "OPENAI_LENS_METRICS_LISTEN",
        default: "none",
        about: "address and port of /metrics, such as 127.0.0.1:9464; whoever reaches it reads it",
    },
    Setting {
        name: "OPENAI_LENS_DATA",
        default: "data",
        about: "folder of the database and the master key; made with mode 0700",
    },
    Setting {
        name: "DATABASE_URL",
        default: "a file in the data folder",
        about: "PostgreSQL instead of a file: postgres://user:password@host/database",
    },
    Setting {
        name: "OPENAI_LENS_MASTER_KEY_FILE",
        default: "master.key in the data folder",
        about: "file of the master key; made on the first run with mode 0600",
    },
    Setting {
        name: "OPENAI_BASE_URL",
        default: "https://api.openai.com/v1",
        about: "OpenAI's API; https, or http on loopback; /v1 is added when there is no path",
    },
    Setting {
        name: "OPENAI_LENS_PUBLIC_URL",
        default: "http:// and the address listened on",
        about: "address under which browsers reach the console; https when it is not on loopback",
    },
    Setting {
        name: "OPENAI_LENS_TRUSTED_PROXIES",
        default: "0",
        about: "how many reverse proxies write X-Forwarded-For in front of the server",
    },
    Setting {
        name: "OPENAI_LENS_SUPPORT_EMAIL",
        default: "none",
        about: "address to which the console mails support requests",
    },
    Setting {
        name: "OPENAI_LENS_SMTP_URL",
        default: "none: no mail is sent",
        about: "mail server for notifications: smtp://user@host:587 (STARTTLS) or smtps://user@host:465 (TLS)",
    },
    Setting {
        name: "OPENAI_LENS_SMTP_FROM",
        default: "none",
        about: "the sender of mail, such as OpenAI Lens <lens@example.com>; needed with a mail server",
    },
    Setting {
        name: "OPENAI_LENS_SMTP_PASSWORD_FILE",
        default: "none",
        about: "file of the mail server's password, for a user name in OPENAI_LENS_SMTP_URL",
    },
    Setting {
        name: "OPENAI_LENS_SMTP_CA_FILE",
        default: "none",
        about: "certificate authority of the mail server, as PEM, to trust beside the machine's",
    },
    Setting {
        name: "OPENAI_LENS_OIDC_ISSUER",
        default: "none",
        about: "the company's OpenID Connect provider that signs people on, such as https://id.example.com",
    },
    Setting {
        name: "OPENAI_LENS_OIDC_CLIENT_ID",
        default: "none",
        about: "the name under which the provider knows this console",
    },
    Setting {
        name: "OPENAI_LENS_OIDC_CLIENT_SECRET_FILE",
        default: "none",
        about: "file of the secret that the provider has given this console",
    },
    Setting {
        name: "OPENAI_LENS_OIDC_NAME",
        default: "the provider's host",
        about: "what the sign-in page calls the provider",
    },
    Setting {
        name: "OPENAI_LENS_OIDC_SCOPES",
        default: "openid email",
        about: "what the provider is asked for; some report groups only when asked for them",
    },
    Setting {
        name: "OPENAI_LENS_OIDC_GROUPS_CLAIM",
        default: "groups",
        about: "the claim that names a person's groups",
    },
    Setting {
        name: "OPENAI_LENS_OIDC_GROUP_MAP",
        default: "none: permissions are given under People",
        about: "what groups may do: finops = cloud-analytics-user; lens admins = users-manager, assets-manager",
    },
    Setting {
        name: "OPENAI_LENS_OIDC_ACR",
        default: "none: any",
        about: "authentication contexts, one of which the provider must report, such as that of a second factor",
    },
    Setting {
        name: "OPENAI_LENS_OIDC_ONLY_VERIFIED",
        default: "no",
        about: "yes: the provider reports only verified e-mail addresses, though it has no claim email_verified",
    },
    Setting {
        name: "OPENAI_LENS_BREAK_GLASS_EMAIL",
        default: "none: everybody may",
        about: "the one account that may still sign in with a password; all others sign on with the provider",
    },
    Setting {
        name: "OPENAI_LENS_SIMULATED",
        default: "no",
        about: "yes: the upstream is a simulator, and every page says so",
    },
    Setting { name: "OPENAI_LENS_LOG", default: "info", about: "log level, such as debug or server=trace" },
];

/// The list for `--help`.
pub fn help() -> String {
    let mut text = String::from("Settings, in the environment or in the file of --config:\n");
    for Setting { name, default, about } in ALL {
        text.push_str(&format!("  {name}\n      {about} [default: {default}]\n"));
    }
    text
}
