//! The settings of signing on with a company's OpenID Connect provider.

use std::path::Path;
use std::sync::Arc;

use api::{Email, Permission, sign_on};
use oidc::{ClientSecret, Issuer, IssuerError, Registration};
use zeroize::Zeroizing;

use super::parser::Parser;
use crate::user;

const ISSUER: &str = "OPENAI_LENS_OIDC_ISSUER";
const CLIENT_ID: &str = "OPENAI_LENS_OIDC_CLIENT_ID";
const CLIENT_SECRET_FILE: &str = "OPENAI_LENS_OIDC_CLIENT_SECRET_FILE";
const NAME: &str = "OPENAI_LENS_OIDC_NAME";
const SCOPES: &str = "OPENAI_LENS_OIDC_SCOPES";
const GROUPS_CLAIM: &str = "OPENAI_LENS_OIDC_GROUPS_CLAIM";
const GROUP_MAP: &str = "OPENAI_LENS_OIDC_GROUP_MAP";
const ACR: &str = "OPENAI_LENS_OIDC_ACR";
const ONLY_VERIFIED: &str = "OPENAI_LENS_OIDC_ONLY_VERIFIED";
const BREAK_GLASS: &str = "OPENAI_LENS_BREAK_GLASS_EMAIL";

/// How a company's provider signs people on.
#[derive(Clone, Debug)]
pub struct SignOn {
    /// What the provider knows us by.
    pub registration: Arc<Registration>,
    /// What people know the provider by.
    pub name: String,
    /// What groups may do; without it permissions are given in the console.
    pub groups: Option<GroupMap>,
    /// The one account that may sign in with a password; everybody when there is none.
    pub break_glass: Option<Email>,
}

/// What the members of groups may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupMap(Vec<(String, Vec<Permission>)>);

impl GroupMap {
    /// Reads `group = permission, permission; group = permission`. A group may be named by a distinguished name, so that
    /// the last `=` is the one that counts.
    pub fn parse(text: &str) -> Option<Self> {
        let line = |line: &str| {
            let (group, permissions) = line.rsplit_once('=')?;
            let permissions: Option<Vec<_>> =
                permissions.split(',').map(|name| Permission::parse(name).ok()).collect();
            let group = group.trim();
            (!group.is_empty()).then_some((group.to_owned(), permissions?))
        };
        let lines: Option<Vec<_>> =
            text.split(';').filter(|part| !part.trim().is_empty()).map(line).collect();
        lines.filter(|lines| !lines.is_empty()).map(Self)
    }

    /// What a member of these groups may do. Groups that are not on the map count for nothing.
    pub fn permissions_of(&self, groups: &[String]) -> Vec<Permission> {
        let mine = self.0.iter().filter(|(group, _)| groups.contains(group));
        let given: Vec<Permission> = mine.flat_map(|(_, permissions)| permissions.clone()).collect();
        user::in_order(&given)
    }
}

/// Reads the settings: none of them, or all that are needed.
pub(super) fn read(parser: &mut Parser<'_>, public_url: Option<&str>) -> Option<SignOn> {
    let raw = parser.raw;
    let Some(issuer) = raw(ISSUER) else {
        for name in [
            CLIENT_ID,
            CLIENT_SECRET_FILE,
            NAME,
            SCOPES,
            GROUPS_CLAIM,
            GROUP_MAP,
            ACR,
            ONLY_VERIFIED,
            BREAK_GLASS,
        ] {
            if raw(name).is_some() {
                parser.note(name, "it counts only with OPENAI_LENS_OIDC_ISSUER; set that too, or unset this");
            }
        }
        return None;
    };
    let issuer =
        Issuer::parse(&issuer).map_err(|error: IssuerError| parser.note(ISSUER, &error.to_string())).ok();
    let client_id = parser.needed(CLIENT_ID, "set it to the client id that the provider shows");
    let secret = parser
        .needed(CLIENT_SECRET_FILE, "name the file that holds the client secret")
        .and_then(|file| read_secret(parser, Path::new(&file)));
    if public_url.is_none() {
        parser.note(
            "OPENAI_LENS_PUBLIC_URL",
            "set it when a provider signs people on: the provider sends browsers back to it",
        );
    }
    let scopes = raw(SCOPES).unwrap_or_else(|| "openid email".into());
    if !scopes.split_whitespace().any(|scope| scope == "openid") {
        parser.note(SCOPES, "without openid the provider signs nobody on; write it as openid email");
    }
    let groups = raw(GROUP_MAP).and_then(|text| {
        let map = GroupMap::parse(&text);
        if map.is_none() {
            let remedy = "write group = permission, permission; and after a semicolon the next group, with the permissions \
                that openai-lens user add --help names";
            parser.note(GROUP_MAP, remedy);
        }
        map
    });
    let break_glass = parser.parse_optional(BREAK_GLASS, "write the e-mail address of one account");
    let only_verified_addresses = parser.flag(ONLY_VERIFIED);
    let issuer = issuer?;
    let contexts = raw(ACR).unwrap_or_default().split_whitespace().map(str::to_owned).collect();
    Some(SignOn {
        name: raw(NAME).unwrap_or_else(|| issuer.host()),
        registration: Arc::new(Registration {
            issuer,
            client_id: client_id?,
            client_secret: secret?,
            redirect_uri: format!("{}{}", public_url?, sign_on::RETURN_PATH),
            scopes,
            groups_claim: raw(GROUPS_CLAIM).unwrap_or_else(|| "groups".into()),
            contexts,
            only_verified_addresses,
        }),
        groups,
        break_glass,
    })
}

fn read_secret(parser: &mut Parser<'_>, file: &Path) -> Option<ClientSecret> {
    let text = std::fs::read_to_string(file).map(Zeroizing::new);
    match text {
        Ok(text) if !text.trim().is_empty() => {
            Some(ClientSecret::new(Zeroizing::new(text.trim().to_owned())))
        }
        Ok(_) => {
            parser.note(CLIENT_SECRET_FILE, "the file is empty; write the client secret into it");
            None
        }
        Err(error) => {
            parser.note(CLIENT_SECRET_FILE, &format!("the file cannot be read: {error}"));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::settings::Settings;

    fn settings(values: &[(&str, &str)]) -> Result<Settings, Vec<String>> {
        let values: BTreeMap<_, _> =
            values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Settings::read(|name| values.get(name).cloned(), None)
            .map_err(|problems| problems.into_iter().map(|problem| problem.name).collect())
    }

    #[test]
    fn a_provider_is_read_with_what_groups_may_do() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        std::fs::write(&file, "s3cret\n").unwrap();
        let read = settings(&[
            (ISSUER, "https://id.example.com/"),
            (CLIENT_ID, "lens"),
            (CLIENT_SECRET_FILE, file.to_str().unwrap()),
            (GROUP_MAP, "finops = cloud-analytics-user; CN=lens,OU=it = Users Manager, assets_manager;"),
            (BREAK_GLASS, "Ops@example.com"),
            (ONLY_VERIFIED, "yes"),
            ("OPENAI_LENS_PUBLIC_URL", "https://lens.example.com/"),
        ])
        .unwrap();
        let sign_on = read.sign_on.clone().unwrap();
        assert_eq!(sign_on.name, "id.example.com");
        assert_eq!(sign_on.registration.issuer.as_str(), "https://id.example.com/");
        assert_eq!(sign_on.registration.redirect_uri, "https://lens.example.com/login/return");
        assert!(sign_on.registration.only_verified_addresses);
        assert!(!format!("{read:?}").contains("s3cret"));
        let groups = sign_on.groups.unwrap();
        let of = |groups_of: &[&str]| {
            groups.permissions_of(&groups_of.iter().map(|group| (*group).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(of(&["finops", "everybody"]), [Permission::CloudAnalyticsUser]);
        assert_eq!(of(&["CN=lens,OU=it"]), [Permission::AssetsManager, Permission::UsersManager]);
        assert_eq!(of(&["FinOps"]), []);
        let (ops, ada) = (Email::parse("ops@example.com").unwrap(), Email::parse("ada@example.com").unwrap());
        assert!(read.takes_password_of(Some(&ops)) && !read.takes_password_of(Some(&ada)));
        assert!(!read.takes_password_of(None));
    }

    #[test]
    fn all_that_is_wrong_with_a_provider_is_named_at_once() {
        let problems = settings(&[
            (ISSUER, "http://id.example.com"),
            (CLIENT_SECRET_FILE, "/nowhere/secret"),
            (SCOPES, "email"),
            (GROUP_MAP, "finops = root"),
            (BREAK_GLASS, "ops"),
        ])
        .unwrap_err();
        for name in
            [ISSUER, CLIENT_ID, CLIENT_SECRET_FILE, SCOPES, GROUP_MAP, BREAK_GLASS, "OPENAI_LENS_PUBLIC_URL"]
        {
            assert!(problems.iter().any(|problem| problem == name), "{name} in {problems:?}");
        }
        assert_eq!(settings(&[(BREAK_GLASS, "ops@example.com")]).unwrap_err(), [BREAK_GLASS]);
        assert!(settings(&[]).unwrap().sign_on.is_none());
    }

    #[test]
    fn maps_that_say_nothing_are_none() {
        for text in ["", ";", "finops", "= users-manager", "finops =", "finops = users-manager; x"] {
            assert_eq!(GroupMap::parse(text), None, "{text}");
        }
    }
}
