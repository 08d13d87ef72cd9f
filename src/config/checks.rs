//! What a setting's value must be.

use tracing_subscriber::EnvFilter;
use url::Url;

use super::BadConfig;
use crate::base::outside::{BadOutsideUrl, OutsideUrl};
use crate::base::web_push::is_subject;

pub(super) fn check_deeds(deeds_per_minute: Option<u32>) -> Result<u32, BadConfig> {
    match deeds_per_minute.unwrap_or(240) {
        0 => Err(BadConfig::Value {
            name: "deeds_per_minute",
            why: "must be 1 or more",
        }),
        deeds => Ok(deeds),
    }
}

/// An origin and nothing more, as browsers write it: they name a page's scheme, host and port when they
/// open the live socket, never a path.
pub(super) fn check_url(url: Option<String>) -> Result<Option<String>, BadConfig> {
    let wrong = |why| BadConfig::Value {
        name: "public_url",
        why,
    };
    let Some(url) = url else {
        return Ok(None);
    };
    let read = Url::parse(&url).ok();
    let read = read.filter(|url| matches!(url.scheme(), "https" | "http") && url.has_host());
    let read = read.ok_or(wrong(
        "must be https:// (or http:// for trying things out) and a host",
    ))?;
    let is_bare = read.username().is_empty()
        && read.password().is_none()
        && read.path() == "/"
        && read.query().is_none()
        && read.fragment().is_none();
    if is_bare {
        Ok(Some(read.origin().ascii_serialization()))
    } else {
        Err(wrong(
            "must be scheme, host and port alone, without a path: the app lives at the root",
        ))
    }
}

/// The filter that logging will be started with.
pub(super) fn check_log(filter: Option<String>) -> Result<String, BadConfig> {
    let filter = filter.unwrap_or_else(|| "info".to_owned());
    match EnvFilter::try_new(&filter) {
        Ok(_) => Ok(filter),
        Err(_said_below) => Err(BadConfig::Value {
            name: "log",
            why: "must be error, warn, info, debug or trace, or a filter as tracing writes it",
        }),
    }
}

/// An address outside that is called.
pub(super) fn outside(
    name: &'static str,
    url: Option<String>,
) -> Result<Option<OutsideUrl>, BadConfig> {
    let read = url.map(|url| url.parse()).transpose();
    read.map_err(|error: BadOutsideUrl| BadConfig::Outside { name, error })
}

/// Without a subject of its own a push carries the address people use; where that is none that can
/// be reached from outside, a placeholder that Google and Mozilla take and Apple refuses.
pub(super) fn push_subject(
    named: Option<String>,
    public_url: Option<&str>,
) -> Result<String, BadConfig> {
    match named {
        Some(subject) if is_subject(&subject) => Ok(subject),
        Some(_) => Err(BadConfig::Value {
            name: "push_subject",
            why: "must be mailto: with an address, or an https: page, that can be reached from \
                  outside; Apple refuses every push without",
        }),
        None => Ok(public_url
            .filter(|url| is_subject(url))
            .unwrap_or(NO_SUBJECT)
            .to_owned()),
    }
}

/// What a push carries where nobody has said whom to write to.
pub const NO_SUBJECT: &str = "mailto:nobody@daybook.invalid";

#[cfg(test)]
mod tests {
    use super::*;

    fn public(url: &str) -> Option<String> {
        check_url(Some(url.to_owned())).ok().flatten()
    }

    #[test]
    fn the_public_url_is_an_origin_as_browsers_write_it() {
        let ours = Some("https://daybook.example.org".to_owned());

        assert_eq!(public("https://daybook.example.org"), ours);
        assert_eq!(public("https://Daybook.example.org:443/"), ours);
        assert_eq!(
            public("http://127.0.0.1:8080").as_deref(),
            Some("http://127.0.0.1:8080")
        );
        for wrong in [
            "https://",
            "daybook.example.org",
            "ftp://a.example",
            "https://a.example/sub",
            "https://a.example/?x=1",
            "https://a.example/#x",
            "https://me:word@a.example",
        ] {
            assert_eq!(public(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_log_filter_that_cannot_be_understood_is_refused() {
        for good in ["info", "warn,daybook::edge=debug"] {
            assert_eq!(check_log(Some(good.to_owned())).unwrap(), good);
        }
        assert!(check_log(Some("!!bad==".to_owned())).is_err());
    }
}
