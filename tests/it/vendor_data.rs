//! The vendor's published examples among the cases: each states its source, and none names an
//! account, a machine or a person.

use std::fs;
use std::net::Ipv4Addr;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The folders with the vendor's examples, under `tests/it/cases`.
const VENDOR: [&str; 4] = ["emulator", "manifest/envelope", "requests", "tc3_vectors.json"];

/// Ends of host names; other dotted words are files, classes and versions.
const TOP_DOMAINS: [&str; 5] = ["cn", "com", "io", "net", "org"];

/// Prefixes of the ids of bought machines and networks.
const RESOURCES: [&str; 7] = ["DataEngine-", "emr-", "rg-", "sg-", "subnet-", "vpc-", "vpce-"];

#[test]
fn every_case_is_in_the_readme_that_names_its_source_and_licence() {
    let readme = fs::read_to_string(cases().join("README.md")).unwrap();
    for entry in fs::read_dir(cases()).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let slash = if entry.file_type().unwrap().is_dir() { "/" } else { "" };
        let row = format!("| `{name}{slash}` |");
        assert!(name == "README.md" || readme.contains(&row), "no row {row} in cases/README.md");
    }
    for word in ["Apache-2.0", "tccli", "Tencent Cloud"] {
        assert!(readme.contains(word), "{word}");
    }
}

#[test]
fn the_examples_of_the_vendor_name_no_account_machine_or_person() {
    let mut n_files = 0;
    for file in VENDOR.iter().flat_map(|part| walkdir::WalkDir::new(cases().join(part))) {
        let file = file.unwrap();
        if file.file_type().is_file() {
            let text = fs::read_to_string(file.path()).unwrap();
            assert_eq!(complaints(&text), Vec::<String>::new(), "{}", file.path().display());
            n_files += 1;
        }
    }
    assert!(n_files > VENDOR.len(), "{n_files}");
}

#[test]
fn what_must_not_come_back_is_seen() {
    let inside = STANDARD.encode("print('kernel of 100023456789')");
    for text in [
        "{\"Vip\": \"10.1.2.3\"}",
        "http://gateway:8888/",
        "host:mirrors.vendor.cn\n",
        "cosn://data-1312345678/x.jar",
        "https://data-1312345678.cos.ap-nanjing.myqcloud.com/x",
        "mail to ann@vendor.com",
        "qcs::cam::uin/100023456789:roleName/x",
        "feature_store_100023456789",
        "{\"AppId\": 1312345678}",
        "{\"ProjectId\": \"1234567890123456789\"}",
        "{\"RequestId\": \"a7e4c0de-1111-4222-8333-444455556666\"}",
        "subnet-a1b2c3d4",
        "\"##\\n##author: ann\\n##\"",
        inside.as_str(),
    ] {
        assert_eq!(complaints(text).len(), 1, "{text}");
    }
}

#[test]
fn what_stands_for_it_is_taken() {
    for text in [
        "http://127.0.0.1:8889 http://192.0.2.7 198.51.100.2:80 203.0.113.9",
        "https://wedata.tencentcloudapi.com https://mirrors.example.com/pypi",
        "https://x-1250000000.cos.ap-nanjing.myqcloud.com/a cosn://x-1250000001/",
        "ann@example.com, bob@example.org",
        "hadoop-mapreduce-examples-2.7.3.2.6.3.0-235.jar org.apache.spark.examples.SparkPi",
        "100000000001 1250000000 1000000000000000001 1757500000 20251121163138956",
        "00000000-0000-4000-8000-000000000001 vpc-example1 --author: testuser",
    ] {
        assert_eq!(complaints(text), Vec::<String>::new(), "{text}");
    }
}

fn cases() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/cases")
}

/// Returns the words of a text, and of the Base64 in it, that seem to identify an owner.
fn complaints(text: &str) -> Vec<String> {
    // In a JSON string inside another one the escapes are doubled.
    let text = text.replace("\\n", " ").replace("\\t", " ");
    let mut found: Vec<String> =
        authors(&text).chain(authorities(&text)).map(str::to_owned).collect();
    let is_of_word = |c: char| c.is_ascii_alphanumeric() || "+-.@".contains(c);
    for word in text.split(|c| !is_of_word(c)) {
        let word = word.trim_matches(['.', '-']);
        if !is_neutral(word) && !found.iter().any(|already| already == word) {
            found.push(word.to_owned());
        }
    }
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
    for word in text.split(|c| !is_base64(c)).filter(|word| word.len() >= 16) {
        let inside = STANDARD.decode(word).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        found.extend(inside.iter().flat_map(|inside| complaints(inside)));
    }
    found
}

/// Returns the authors of the scripts, except placeholder names.
fn authors(text: &str) -> impl Iterator<Item = &str> {
    text.split("author: ")
        .skip(1)
        .filter_map(|rest| rest.split_whitespace().next())
        .filter(|name| !name.contains("user") && !name.contains("test"))
}

/// Returns the hosts and buckets of URLs that are not of a form reserved for examples.
fn authorities(text: &str) -> impl Iterator<Item = &str> {
    text.split("://")
        .skip(1)
        .filter_map(|rest| rest.split(|c: char| !(c.is_alphanumeric() || "-.".contains(c))).next())
        .filter(|host| !(is_address(host) || is_host(host) || is_bucket(host)))
}

fn is_neutral(word: &str) -> bool {
    let last = word.rsplit('.').next().unwrap_or_default();
    if let Some((_, domain)) = word.rsplit_once('@') {
        return !domain.contains('.') || ["example.com", "example.org"].contains(&domain);
    }
    if word.parse::<Ipv4Addr>().is_ok() {
        return is_address(word);
    }
    if word.contains('.') && TOP_DOMAINS.contains(&last) {
        return is_host(word);
    }
    if is_uuid(word) {
        return word.starts_with("00000000-0000-");
    }
    let resource = RESOURCES.iter().find_map(|prefix| word.strip_prefix(prefix));
    resource.is_none_or(|id| id.len() < 8 || id.starts_with("example"))
        && word.split(['-', '.', '+']).all(is_neutral_number)
}

/// Returns whether a number is a placeholder: an account (12 digits), AppId (10) or project (19).
fn is_neutral_number(part: &str) -> bool {
    if !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return true;
    }
    match part.len() {
        12 => !part.starts_with("10") || part.starts_with("1000000000"),
        // A number that begins with 15 to 17 is a time.
        10 => !(part.starts_with("12") || part.starts_with("13")) || part.starts_with("125000000"),
        19 => part.starts_with("10000000000000000"),
        _ => true,
    }
}

/// Returns whether an address is local or in the ranges for documentation (RFC 5737).
fn is_address(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback() || ip.is_documentation())
}

fn is_host(name: &str) -> bool {
    let bucket = name.strip_suffix(".myqcloud.com").and_then(|name| name.split_once(".cos."));
    ["tencentcloudapi.com", "example.com", "example.org"]
        .iter()
        .any(|end| name.strip_suffix(end).is_some_and(|n| n.is_empty() || n.ends_with('.')))
        || bucket.is_some_and(|(bucket, _)| is_bucket(bucket))
}

/// Returns whether a bucket has the AppId of an example: bucket names end with that of their owner.
fn is_bucket(name: &str) -> bool {
    name.rsplit_once('-').is_some_and(|(_, id)| id.len() == 10 && id.starts_with("125000000"))
}

fn is_uuid(word: &str) -> bool {
    let lengths: Vec<usize> = word.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && word.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}
