//! Who may write: whoever knows the token (RFC 6750).

use super::problem::Problem;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};

/// The hash of a secret; the secret itself is not kept.
#[derive(Clone)]
pub struct Token([u8; 32]);

impl Token {
    /// White space around the secret is left out, so that it can be a line of a file. An empty one is none.
    pub fn new(secret: &str) -> Option<Self> {
        let secret = secret.trim();
        (!secret.is_empty()).then(|| Self(Sha256::digest(secret).into()))
    }

    /// Whether a secret is the one, in a time that does not depend on where they differ.
    fn is(&self, secret: &str) -> bool {
        let other: [u8; 32] = Sha256::digest(secret).into();
        let difference = self.0.iter().zip(other).fold(0, |all, (a, b)| std::hint::black_box(all | (a ^ b)));
        difference == 0
    }
}

/// Lets those pass who may write.
pub(super) fn check(token: Option<&Token>, headers: &HeaderMap) -> Result<(), Problem> {
    let Some(token) = token else {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "this server is for reading: it was started without `--writable`",
        ));
    };
    match bearer(headers) {
        Some(secret) if token.is(secret) => Ok(()),
        Some(_) => Err(unauthorized("the token is not the one", "Bearer error=\"invalid_token\"")),
        None => Err(unauthorized("writing needs a token: send `Authorization: Bearer TOKEN`", "Bearer")),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, secret) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}

fn unauthorized(detail: &str, challenge: &'static str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, detail).with(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_opens() {
        let token = Token::new(" secret\n").unwrap();
        let allowed = |value: &str| {
            let headers = HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())]);
            check(Some(&token), &headers).is_ok()
        };
        assert!(allowed("Bearer secret") && allowed("bearer  secret"));
        for wrong in ["Bearer", "Bearer ", "Bearer secre", "Bearer secrets", "Basic secret", "secret", "Bearer Secret"]
        {
            assert!(!allowed(wrong), "{wrong}");
        }
        assert!(check(Some(&token), &HeaderMap::new()).is_err() && check(None, &HeaderMap::new()).is_err());
        assert!(Token::new(" \n").is_none());
    }
}
