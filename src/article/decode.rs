//! Bytes to text: UTF-8, what a byte order mark says, or the encoding that was declared.

use super::error::Reason;
use encoding_rs::{DecoderResult, Encoding, UTF_8};

/// Decodes a whole file. A byte order mark wins over `declared`, which wins over UTF-8; nothing is replaced, so a byte
/// that does not fit is an error with its place.
pub(super) fn decode(bytes: Vec<u8>, declared: Option<&'static Encoding>) -> Result<String, Reason> {
    let (encoding, mark) = Encoding::for_bom(&bytes).unwrap_or((declared.unwrap_or(UTF_8), 0));
    let text = if encoding == UTF_8 { utf8(bytes, mark)? } else { other(&bytes, encoding, mark)? };
    match text.bytes().position(|b| b == 0) {
        Some(offset) => Err(Reason::Binary { offset }),
        None => Ok(text),
    }
}

/// The encoding that a label of the WHATWG's list names, such as `latin1` or `windows-1251`.
pub(super) fn by_label(label: &str) -> Result<&'static Encoding, Reason> {
    Encoding::for_label(label.trim().as_bytes()).ok_or_else(|| Reason::UnknownEncoding(label.trim().to_owned()))
}

fn utf8(mut bytes: Vec<u8>, mark: usize) -> Result<String, Reason> {
    bytes.drain(..mark);
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        match error.as_bytes()[..at].iter().position(|&b| b == 0) {
            Some(offset) => Reason::Binary { offset },
            None => bad_byte(error.as_bytes(), UTF_8, at, mark),
        }
    })
}

fn other(bytes: &[u8], encoding: &'static Encoding, mark: usize) -> Result<String, Reason> {
    let bytes = &bytes[mark..];
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(bytes.len());
    let mut text = String::with_capacity(room);
    match decoder.decode_to_string_without_replacement(bytes, &mut text, true) {
        (DecoderResult::InputEmpty, _) => Ok(text),
        (DecoderResult::Malformed(length, after), read) => {
            Err(bad_byte(bytes, encoding, read.saturating_sub(usize::from(length + after)), mark))
        }
        (DecoderResult::OutputFull, read) => Err(bad_byte(bytes, encoding, read, mark)),
    }
}

/// Offsets count from the beginning of the file, its byte order mark included.
fn bad_byte(bytes: &[u8], encoding: &'static Encoding, at: usize, mark: usize) -> Reason {
    let at = at.min(bytes.len().saturating_sub(1));
    let line = 1 + bytes[..at].iter().filter(|&&b| b == b'\n').count();
    Reason::Encoding { encoding: encoding.name(), byte: bytes.get(at).copied().unwrap_or(0), offset: mark + at, line }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], label: Option<&str>) -> Result<String, String> {
        let declared = label.map(|l| by_label(l).expect("a known label"));
        decode(bytes.to_vec(), declared).map_err(|e| e.to_string())
    }

    #[test]
    fn marks_and_declarations_are_obeyed() {
        assert_eq!(read("Élysée".as_bytes(), None).as_deref(), Ok("Élysée"));
        assert_eq!(read(b"\xef\xbb\xbfKim", Some("latin1")).as_deref(), Ok("Kim"));
        assert_eq!(read(b"\xff\xfeK\0i\0m\0", None).as_deref(), Ok("Kim"));
        assert_eq!(read(b"\xfe\xff\0K\0i\0m", None).as_deref(), Ok("Kim"));
        assert_eq!(read(b"\xc9lys\xe9e", Some("windows-1252")).as_deref(), Ok("Élysée"));
        assert_eq!(read(b"\xca\xe8\xe5\xe2", Some("windows-1251")).as_deref(), Ok("Киев"));
    }

    #[test]
    fn a_byte_that_does_not_fit_is_named() {
        let error = read(b"Kim\nmet \xc9lys\xe9e", None).expect_err("latin-1");
        assert!(error.starts_with("not valid UTF-8: byte 0xc9 at offset 8, line 2"), "{error}");
        let error = read(b"\xef\xbb\xbfa\xff", None).expect_err("mark counted");
        assert!(error.contains("offset 4, line 1"), "{error}");
        let error = read(b"ab\n\x81\x20", Some("shift_jis")).expect_err("lead byte without trail");
        assert!(error.contains("Shift_JIS") && error.contains("offset 3, line 2"), "{error}");
        assert_eq!(read(b"GIF\0\xff", None).expect_err("binary"), "a binary file: byte 3 is zero");
    }
}
