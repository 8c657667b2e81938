//! What is a valid endpoint.

use taskloom::cloud::Endpoint;

fn endpoint(text: &str) -> Endpoint {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn refusal(text: &str) -> String {
    text.parse::<Endpoint>().expect_err(text).to_string()
}

#[test]
fn the_default_is_the_site_of_china() {
    let endpoint = Endpoint::default();
    assert_eq!(endpoint.url(), "https://wedata.tencentcloudapi.com/");
    assert_eq!(endpoint.host_header(), "wedata.tencentcloudapi.com");
    assert_eq!(endpoint.to_string(), "https://wedata.tencentcloudapi.com");
}

#[test]
fn a_bare_host_is_https() {
    assert_eq!(
        endpoint("wedata.intl.tencentcloudapi.com").url(),
        "https://wedata.intl.tencentcloudapi.com/"
    );
    assert_eq!(endpoint("127.0.0.1:8080").url(), "https://127.0.0.1:8080/");
    assert_eq!(endpoint("WeData.TencentCloudAPI.com"), Endpoint::default());
}

#[test]
fn the_host_header_names_every_port_but_the_usual() {
    assert_eq!(endpoint("https://gateway.example:8443").host_header(), "gateway.example:8443");
    assert_eq!(endpoint("https://gateway.example:443/").host_header(), "gateway.example");
    assert_eq!(endpoint("http://[::1]:9000").host_header(), "[::1]:9000");
    assert_eq!(endpoint("http://localhost:80").host_header(), "localhost");
}

#[test]
fn the_site_keeps_worlds_apart() {
    let sites = [
        ("wedata.tencentcloudapi.com", "china"),
        ("wedata.ap-guangzhou.tencentcloudapi.com", "china"),
        ("wedata.internal.tencentcloudapi.com", "china"),
        ("wedata.intl.tencentcloudapi.com", "intl"),
        ("http://127.0.0.1:4100", "loopback"),
        ("http://127.8.8.8", "loopback"),
        ("http://[::1]:4100", "loopback"),
        ("http://localhost:4100", "loopback"),
        ("https://gateway.example:8443", "gateway.example"),
        ("https://tencentcloudapi.com.example", "tencentcloudapi.com.example"),
    ];
    for (text, site) in sites {
        assert_eq!(endpoint(text).site(), site, "{text}");
    }
}

#[test]
fn plain_http_stays_on_this_machine() {
    for text in ["http://wedata.tencentcloudapi.com", "http://10.0.0.1", "http://localhost.example"]
    {
        assert!(refusal(text).contains("plain http to another machine"), "{text}");
    }
}

#[test]
fn an_endpoint_is_an_origin_and_no_more() {
    assert!(refusal("https://host/v3").ends_with("no path"));
    assert!(refusal("https://host/?a=b").ends_with("no query"));
    assert!(refusal("https://host/#top").ends_with("no fragment"));
    assert!(refusal("ftp://host").contains("begins with ftp://"));
    assert!(refusal("https://").contains("neither a URL nor a host name"));
    assert!(refusal("").contains("neither a URL nor a host name"));
    assert!(refusal("two words").contains("neither a URL nor a host name"));
}

#[test]
fn a_password_in_an_endpoint_is_refused_and_not_repeated() {
    for text in ["https://me:hush@host", "https://me:hush@host:99999", "ftp://me:hush@host"] {
        assert!(!refusal(text).contains("hush"), "{text}");
    }
    assert!(refusal("https://me@host").ends_with("no user or password"));
}
