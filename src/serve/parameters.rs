//! Names and values in the query of a URL or in a form.

use super::problem::Problem;
use oxigraph::model::NamedNode;

/// In the order in which they were given; a name may come again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads `a=b&c=d`, percent-encoded. What is encoded has to be UTF-8.
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        let decoded = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decode(name)?, decode(value)?))
        });
        decoded.collect::<Result<_, _>>().map(Self)
    }

    /// One name and its value.
    pub(super) fn of(name: &str, value: &str) -> Self {
        Self(vec![(name.to_owned(), value.to_owned())])
    }

    /// Whether no other name is given than this, if any.
    pub(super) fn are_only(&self, name: &str) -> bool {
        self.0.iter().all(|(n, _)| n == name)
    }

    pub(super) fn append(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(n, _)| n == name)
    }

    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The only value of a name; more than one are an error.
    pub(super) fn one<'a>(&'a self, name: &'a str) -> Result<Option<&'a str>, Problem> {
        let mut values = self.all(name);
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            _ => Err(Problem::bad_request(format!("`{name}` is given more than once"))),
        }
    }

    /// The values of a name, which have to be absolute IRIs.
    pub(super) fn iris(&self, name: &str) -> Result<Vec<NamedNode>, Problem> {
        self.all(name).map(|value| iri(name, value)).collect()
    }
}

pub(super) fn iri(name: &str, value: &str) -> Result<NamedNode, Problem> {
    NamedNode::new(value).map_err(|e| Problem::bad_request(format!("`{name}` is `{value}`, which is no IRI: {e}")))
}

fn decode(text: &str) -> Result<String, Problem> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'%' | b'+')) {
        let (plain, encoded) = rest.split_at(at);
        bytes.extend_from_slice(plain);
        let (byte, length) = match (encoded[0], hexadecimal(&encoded[1..])) {
            (b'%', Some(byte)) => (byte, 3),
            (b'+', _) => (b' ', 1),
            (other, _) => (other, 1),
        };
        bytes.push(byte);
        rest = &encoded[length..];
    }
    bytes.extend_from_slice(rest);
    String::from_utf8(bytes).map_err(|_| Problem::bad_request(format!("`{text}` is not UTF-8 once it is decoded")))
}

/// The byte that two digits at the beginning stand for.
fn hexadecimal(text: &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(*text.get(at)?).to_digit(16);
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

/// Percent-encodes a value for a link.
pub(super) fn encode(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => text.push(byte.into()),
            _ => text += &format!("%{byte:02X}"),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values() {
        let parse = |text: &str| Parameters::parse(text).ok().map(|p| p.0);
        let pairs = |list: &[(&str, &str)]| Some(list.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect());
        for (text, expected) in [
            ("", pairs(&[])),
            ("a=b&c=d&a=e", pairs(&[("a", "b"), ("c", "d"), ("a", "e")])),
            ("default", pairs(&[("default", "")])),
            ("q=a%20b+c%2B%3D&&", pairs(&[("q", "a b c+=")])),
            ("q=%E4%B8%AD中", pairs(&[("q", "中中")])),
            ("q=100%&r=%4&s=%zz&t=%", pairs(&[("q", "100%"), ("r", "%4"), ("s", "%zz"), ("t", "%")])),
            ("q=%FF", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
        assert!(Parameters::parse("a=1&a=2").unwrap().one("a").is_err());
        assert_eq!(Parameters::parse(&format!("q={}", encode("a/ü &"))).unwrap().one("q").unwrap(), Some("a/ü &"));
    }
}
