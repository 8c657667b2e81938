//! Where credentials come from, and what is wrong with them.
#![expect(clippy::disallowed_methods, reason = "the test makes the files that are read")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use secrecy::ExposeSecret as _;
use taskloom::cloud::{Credentials, CredentialsError, KeySource, Workload};
use tempfile::TempDir;

use crate::cloud_fake::TestClock;

const NOW: &str = "2026-01-06T10:00:00Z";
const NOW_SECONDS: i64 = 1_767_693_600;

/// A home folder and an environment.
struct Place {
    home: TempDir,
    environment: BTreeMap<String, String>,
}

impl Place {
    fn new() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let name = home.path().to_str().expect("a name").to_owned();
        Place { environment: BTreeMap::from([("HOME".to_owned(), name)]), home }
    }

    fn set(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    fn file(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.home.path().join(name);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).expect("a folder");
        fs::write(path, text).expect("a file");
        self
    }

    fn load(&self) -> Result<Credentials, CredentialsError> {
        let clock = TestClock::at(NOW);
        let source = KeySource::find(&|name| self.environment.get(name).cloned(), &*clock)?;
        match source {
            KeySource::Found(keys) => Ok(keys),
            KeySource::Issued(Workload::Machine { tried }) => {
                Err(CredentialsError::Missing { tried })
            }
            KeySource::Issued(Workload::Pod(pod)) => panic!("{pod:?}"),
        }
    }

    /// Returns id, key and token.
    fn keys(&self) -> (String, String, Option<String>) {
        let found = self.load().unwrap_or_else(|error| panic!("{error}"));
        let token = found.token.map(|token| token.expose_secret().to_owned());
        (found.secret_id, found.secret_key.expose_secret().to_owned(), token)
    }

    /// Returns the error's text with the home folder as `~`; it must not contain the secret.
    fn error(&self) -> String {
        let error = self.load().expect_err("there is something wrong");
        assert!(!format!("{error:?} {error}").contains("hush"), "{error:?}");
        error.to_string().replace(self.home.path().to_str().expect("a name"), "~")
    }
}

fn pair(id: &str, token: Option<&str>) -> (String, String, Option<String>) {
    (id.to_owned(), "hush".to_owned(), token.map(str::to_owned))
}

const PROFILE: &str = ".tccli/default.credential";
const SHARED: &str = ".tencentcloud/credentials";
const INI: &str = "[default]\nsecret_id = ini\nsecret_key = hush\n";

fn profile(fields: &str) -> String {
    format!(r#"{{"secretId": "cli", "secretKey": "hush"{fields}}}"#)
}

fn everywhere() -> Place {
    Place::new()
        .set("TENCENTCLOUD_SECRET_ID", "env")
        .set("TENCENTCLOUD_SECRET_KEY", "hush")
        .file(PROFILE, profile(r#", "token": "hush-cli""#))
        .file(SHARED, INI)
}

#[test]
fn the_environment_comes_first_and_is_not_mixed_with_a_file() {
    assert_eq!(everywhere().keys(), pair("env", None));
    assert_eq!(everywhere().set("TENCENTCLOUD_TOKEN", "t").keys(), pair("env", Some("t")));
    assert_eq!(everywhere().set("TENCENTCLOUD_TOKEN", "").keys(), pair("env", None));
}

#[test]
fn the_profile_of_tccli_comes_second_and_the_shared_file_third() {
    let place = everywhere().set("TENCENTCLOUD_SECRET_ID", "").set("TENCENTCLOUD_SECRET_KEY", "");
    assert_eq!(place.keys(), pair("cli", Some("hush-cli")));
    assert_eq!(Place::new().file(SHARED, INI).keys(), pair("ini", None));
}

#[test]
fn a_lone_token_in_the_environment_is_not_added_to_a_file() {
    let place = Place::new().set("TENCENTCLOUD_TOKEN", "t").file(PROFILE, profile(""));
    assert_eq!(place.keys(), pair("cli", None));
}

#[test]
fn half_a_pair_in_the_environment_is_an_error_even_when_a_file_has_keys() {
    let place = everywhere().set("TENCENTCLOUD_SECRET_KEY", "");
    let missing = "TENCENTCLOUD_SECRET_ID is set, but TENCENTCLOUD_SECRET_KEY is not or is empty";
    assert_eq!(place.error(), missing);
    let place = Place::new().set("TENCENTCLOUD_SECRET_KEY", "hush");
    assert!(place.error().starts_with("TENCENTCLOUD_SECRET_KEY is set, but"));
}

#[test]
fn no_credentials_anywhere_tells_the_places_and_what_to_do() {
    assert_eq!(
        Place::new().error(),
        "no credentials found: looked in this order at TENCENTCLOUD_SECRET_ID and \
         TENCENTCLOUD_SECRET_KEY in the environment, ~/.tccli/default.credential, \
         ~/.tencentcloud/credentials, TKE_ROLE_ARN and the others of a pod of TKE; set \
         TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY (and TENCENTCLOUD_TOKEN for temporary \
         keys) or run `tccli configure`"
    );
    assert!(Place::new().set("HOME", "").error().contains("HOME is not set"));
}

#[test]
fn a_profile_is_chosen_by_its_variable_and_must_exist() {
    let named = |name| Place::new().set("TCCLI_PROFILE", name).file(SHARED, INI);
    let place = named("work").file(".tccli/work.credential", profile(""));
    assert_eq!(place.keys(), pair("cli", None));
    let missing =
        "TCCLI_PROFILE names the profile \"work\", but there is no ~/.tccli/work.credential";
    assert_eq!(named("work").error(), missing);
    assert!(named("../work").error().ends_with("which is not a valid name of a profile"));
}

#[test]
fn temporary_keys_work_until_they_expire() {
    for kind in ["default", "sso", "oauth"] {
        let fields = |at: i64| {
            profile(&format!(
                r#", "token": "t", "type": "{kind}", "expiresAt": {at}, "oauth": {{"expiresAt": 1}}"#
            ))
        };
        let place = Place::new().file(PROFILE, fields(NOW_SECONDS + 60));
        assert_eq!(place.keys(), pair("cli", Some("t")));
        let place = Place::new().file(PROFILE, fields(NOW_SECONDS)).file(SHARED, INI);
        assert_eq!(
            place.error(),
            "the temporary keys in ~/.tccli/default.credential expired at 2026-01-06T10:00:00Z"
        );
    }
}

#[test]
fn a_profile_that_stands_for_another_identity_is_refused() {
    let role = profile(r#", "role-arn": "qcs::cam::uin/1:roleName/r""#);
    assert!(Place::new().file(PROFILE, role).error().contains("asks for a role (role-arn)"));
    let machine = r#"{"type": "cvm-role"}"#;
    let error = Place::new().file(PROFILE, machine).error();
    assert!(error.contains("keys of the type \"cvm-role\""), "{error}");
}

#[test]
fn a_file_without_keys_is_an_error_and_not_passed_over() {
    let place = Place::new().file(PROFILE, r#"{"secretId": "cli"}"#).file(SHARED, INI);
    assert_eq!(place.error(), "the secret key is missing in ~/.tccli/default.credential");
}

#[test]
fn a_file_of_another_format_is_an_error_that_quotes_nothing() {
    for text in [&b"{\"secretKey\": \"hush"[..], b"[\"hush\"]", b"{\"secretKey\": [\"hush\"]}", b""]
    {
        let error = Place::new().file(PROFILE, text).error();
        assert_eq!(error, "~/.tccli/default.credential is not a profile of tccli (JSON)");
    }
    let error = Place::new().file(SHARED, "[other]\nsecret_key = hush\n").error();
    assert_eq!(error, "~/.tencentcloud/credentials is not a file with a section [default]");
    let error = Place::new().file(SHARED, b"\xff").error();
    assert_eq!(error, "cannot read ~/.tencentcloud/credentials");
}

#[test]
fn the_shared_file_is_read_as_python_reads_it() {
    let text = "# keys\n[other]\nsecret_id = no\n\n[default]\r\n; mine\nSecret_ID: ini\n\
                secret_key=hush\nregion = x\n[last]\nsecret_key = no\n";
    assert_eq!(Place::new().file(SHARED, text).keys(), pair("ini", None));
}

#[test]
fn blanks_around_or_within_a_key_are_refused() {
    let with = |id: &str, key: &str| {
        let place = Place::new().set("TENCENTCLOUD_SECRET_ID", id);
        place.set("TENCENTCLOUD_SECRET_KEY", key).error()
    };
    assert_eq!(
        with("env", "hush\n"),
        "the secret key in the environment begins or ends with a blank"
    );
    assert_eq!(
        with(" env", "hush"),
        "the secret id in the environment begins or ends with a blank"
    );
    assert!(with("e\u{0}v", "hush").ends_with("another character that no key has"));
    let place = Place::new().file(PROFILE, profile(r#", "token": "hush hush""#));
    assert!(place.error().starts_with("the token in ~/.tccli/default.credential holds a blank"));
}

#[test]
fn debug_shows_the_beginning_of_the_id_alone() {
    let found = Credentials::new("here", "AKIDsomebody", "hush", Some("hush")).expect("keys");
    let shown = format!("{found:?}");
    assert!(shown.contains("AKID…") && !shown.contains("somebody"), "{shown}");
    assert!(!shown.contains("hush"), "{shown}");
}
