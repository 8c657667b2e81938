//! Where calls are sent: one origin, never a path, a query or a password.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use reqwest::Url;

const ROOT: &str = ".tencentcloudapi.com";
const ROOT_INTL: &str = ".intl.tencentcloudapi.com";

/// The origin of the service: https anywhere, plain http only on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    url: Url,
}

/// Why a text is not a valid endpoint.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// It is not a valid URL.
    #[error("the endpoint {text:?} is neither a URL nor a host name")]
    Malformed {
        /// The text.
        text: String,
        /// The error of the URL parser.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It begins with neither http nor https.
    #[error(
        "the endpoint {text:?} begins with {scheme}://, but only https:// and http:// are supported"
    )]
    Scheme {
        /// The text.
        text: String,
        /// Its scheme.
        scheme: String,
    },
    /// Plain http would expose requests on the network.
    #[error(
        "the endpoint {text:?} is plain http to another machine, use https:// \
         (plain http goes to 127.0.0.1, ::1 and localhost only)"
    )]
    PlainHttp {
        /// The text.
        text: String,
    },
    /// It holds more than scheme, host and port; the text is not repeated, it may hold a password.
    #[error("the endpoint may hold a scheme, a host and a port, but no {part}")]
    Extra {
        /// The part that it holds in addition.
        part: &'static str,
    },
}

impl Endpoint {
    /// Returns the URL that requests are posted to; it ends in `/`, as signed.
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// Returns the value of the Host header, with the port unless it is the scheme's default.
    pub fn host_header(&self) -> String {
        match self.url.port() {
            Some(port) => format!("{}:{port}", self.host()),
            None => self.host().to_owned(),
        }
    }

    /// Returns the host in lower case, an IPv6 address in brackets.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Returns whether the endpoint is on this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(self.host())
    }

    /// Returns whether requests travel unencrypted.
    pub fn is_plain(&self) -> bool {
        self.url.scheme() == "http"
    }

    /// Returns the site that the endpoint belongs to: `china`, `intl`, `loopback`, or the host
    /// itself. Ids of one site mean nothing in another.
    pub fn site(&self) -> String {
        let host = self.host();
        if self.is_loopback() {
            "loopback".to_owned()
        } else if host.ends_with(ROOT_INTL) {
            "intl".to_owned()
        } else if host.ends_with(ROOT) {
            "china".to_owned()
        } else {
            host.to_owned()
        }
    }
}

impl Default for Endpoint {
    fn default() -> Self {
        let url = Url::parse("https://wedata.tencentcloudapi.com").expect("this is a URL");
        Endpoint { url }
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let full = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let url = Url::parse(&full).map_err(|error| EndpointError::Malformed {
            text: without_userinfo(text),
            source: error.into(),
        })?;
        if let Some(part) = extra_part(&url) {
            return Err(EndpointError::Extra { part });
        }
        let text = text.to_owned();
        match url.scheme() {
            "https" => Ok(Endpoint { url }),
            "http" if is_loopback(url.host_str().unwrap_or_default()) => Ok(Endpoint { url }),
            "http" => Err(EndpointError::PlainHttp { text }),
            scheme => Err(EndpointError::Scheme { scheme: scheme.to_owned(), text }),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.url().trim_end_matches('/'))
    }
}

fn extra_part(url: &Url) -> Option<&'static str> {
    if !url.username().is_empty() || url.password().is_some() {
        Some("user or password")
    } else if url.query().is_some() {
        Some("query")
    } else if url.fragment().is_some() {
        Some("fragment")
    } else if !matches!(url.path(), "" | "/") {
        Some("path")
    } else {
        None
    }
}

/// Returns the text without user and password: an error must not repeat a password.
fn without_userinfo(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((_, rest)) => format!("…@{rest}"),
        None => text.to_owned(),
    }
}

/// Returns whether a URL's host is this machine.
fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost",
    }
}
