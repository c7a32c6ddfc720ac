//! Files that pages use: style, scripts, the map. They are part of the program, and their addresses tell their content, so that
//! browsers may keep them for good.

use super::nothing_here;
use super::problem::Problem;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::sync::LazyLock;

const STYLE: &str = include_str!("assets/style.css");
const SCRIPT: &str = include_str!("assets/page.js");
const ICON: &str = include_str!("assets/icon.svg");
const WORLD: &str = include_str!("../../data/map/world.svg");
/// The bundle of `web/editor.js`; empty in a program that was built without it. Pages then have plain fields for text.
const EDITOR: &str = include_str!(concat!(env!("OUT_DIR"), "/editor.js"));

/// One file.
struct Asset {
    name: String,
    media_type: &'static str,
    content: &'static str,
}

impl Asset {
    fn new(stem: &str, end: &str, media_type: &'static str, content: &'static str) -> Self {
        let hash = Sha256::digest(content.as_bytes()).iter().take(6).fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        Self { name: format!("{stem}-{hash}.{end}"), media_type, content }
    }

    fn path(&self) -> String {
        format!("/assets/{}", self.name)
    }
}

static ASSETS: LazyLock<[Asset; 5]> = LazyLock::new(|| {
    [
        Asset::new("style", "css", "text/css; charset=utf-8", STYLE),
        Asset::new("page", "js", "text/javascript; charset=utf-8", SCRIPT),
        Asset::new("icon", "svg", "image/svg+xml", ICON),
        Asset::new("world", "svg", "image/svg+xml", WORLD),
        Asset::new("editor", "js", "text/javascript; charset=utf-8", EDITOR),
    ]
});

pub(super) fn style_path() -> String {
    ASSETS[0].path()
}

pub(super) fn script_path() -> String {
    ASSETS[1].path()
}

pub(super) fn icon_path() -> String {
    ASSETS[2].path()
}

/// The outlines of land and borders, as parts `land` and `borders` of a drawing in tenths of a degree.
pub(super) fn world_path() -> String {
    ASSETS[3].path()
}

/// The element that loads the editor for queries, if there is one.
pub(super) fn editor_tag() -> String {
    let [.., editor] = &*ASSETS;
    if editor.content.is_empty() {
        String::new()
    } else {
        format!("<script src=\"{}\" defer></script>\n", editor.path())
    }
}

pub(super) async fn asset(Path(name): Path<String>) -> Result<Response, Problem> {
    let asset = ASSETS.iter().find(|asset| asset.name == name).ok_or_else(nothing_here)?;
    let headers = [
        (header::CONTENT_TYPE, asset.media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, asset.content).into_response())
}
