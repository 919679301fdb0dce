//! An organization whose names are not meant well: whoever may name a project, an API key or themselves at OpenAI writes what
//! the console shows.

use crate::organization::{Organization, Size};

/// What things are called there. Each of its projects, API keys and people has one of these names.
pub fn names() -> [String; 8] {
    [
        r#"<img src=x onerror="alert('name')">"#.into(),
        r#"<img src="x"onerror=alert('name')>"#.into(),
        "\"><script>alert('name')</script>".into(),
        "<svg/onload=alert('name')>".into(),
        r#"=HYPERLINK("https://evil.example/","Open")"#.into(),
        // Right to left: it is shown as "invoice-exe.pdf".
        "invoice-\u{202e}fdp.exe".into(),
        "W".repeat(300),
        "\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467} \u{1f3f4}\u{200d}\u{2620}\u{fe0f} a\u{300}\u{301}\u{302}".into(),
    ]
}

/// The organization.
pub(crate) fn organization(today: i64, seed: u64) -> Organization {
    let names = names();
    let count = names.len();
    let size = Size { projects: count, keys: count, users: count, days: 30 };
    let mut organization = Organization::new("Acme hostile-names", size, today, seed);
    for (index, name) in names.into_iter().enumerate() {
        if let Some(project) = organization.projects.get_mut(index) {
            project.name.clone_from(&name);
        }
        if let Some(key) = organization.api_keys.get_mut(index) {
            key.name.clone_from(&name);
        }
        if let Some(user) = organization.users.get_mut(index) {
            // What is shown of people is their address.
            user.email.clone_from(&name);
            user.name = name;
        }
    }
    organization.name = "\"><b onmouseover=alert('name')>Hostile</b>".into();
    organization
}
