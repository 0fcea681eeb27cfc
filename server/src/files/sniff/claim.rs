//! What a name or a sender says a file is, and whether the bytes allow it.

use super::SniffError;
use super::found::{Family, Found};

/// One of the types we know, by its usual name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claim(&'static Kind);

#[derive(Debug)]
struct Kind {
    name: &'static str,
    family: Family,
    extensions: &'static [&'static str],
    aliases: &'static [&'static str],
}

impl Claim {
    /// `None` where the ending says nothing we know.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        let extension = extension.trim().to_ascii_lowercase();
        KINDS.iter().find(|kind| kind.extensions.contains(&extension.as_str())).map(Self)
    }

    /// `None` for "some bytes" and for types we don't know.
    pub(super) fn of_type(media_type: &str) -> Option<Self> {
        let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let same = |kind: &&Kind| kind.name == essence || kind.aliases.contains(&essence.as_str());
        KINDS.iter().find(same).map(Self)
    }

    /// The finding, made more exact by the claim.
    pub(super) fn settle(self, found: Found) -> Result<Found, SniffError> {
        let Self(kind) = self;
        if kind.name == found.name {
            return Ok(found);
        }
        let more_exact = Found { name: kind.name, ..found };
        match (kind.family, found.family) {
            // JSON is the one kind of text that bytes can contradict.
            (Family::Text, Family::Text) if kind.name == "application/json" => self.refuse(found),
            (Family::Text, Family::Text) if is_general(found.name) => Ok(more_exact),
            // An earlier claim has said more than "text" already.
            (Family::Text, Family::Text) if kind.name == "text/plain" => Ok(found),
            // Windows calls CSV files so.
            (Family::Ole, Family::Text)
                if kind.name == "application/vnd.ms-excel" && found.name == "text/csv" =>
            {
                Ok(found)
            }
            (Family::Zip, Family::Zip) if found.name == "application/zip" => Ok(more_exact),
            (Family::Ole, Family::Ole) => Ok(more_exact),
            _ if kind.name == "application/zip" && is_zip_inside(found.name) => Ok(found),
            _ if same_container(kind.name, found.name) => Ok(found),
            _ if kind.name == "application/xml" && found.name == "image/svg+xml" => Ok(found),
            _ => self.refuse(found),
        }
    }

    fn refuse(self, found: Found) -> Result<Found, SniffError> {
        Err(SniffError::Mismatch { found: found.name.to_owned(), claimed: self.0.name.to_owned() })
    }
}

pub(super) fn is_active(name: &str) -> bool {
    const ACTIVE: [&str; 7] = [
        "text/html",
        "image/svg+xml",
        "application/xml",
        "text/javascript",
        "text/x-shellscript",
        "application/x-php",
        "application/java-archive",
    ];
    ACTIVE.contains(&name)
}

/// What bytes alone say of a text; a claim may say more.
fn is_general(name: &str) -> bool {
    matches!(name, "text/plain" | "application/json" | "text/x-shellscript")
}

fn is_zip_inside(name: &str) -> bool {
    KINDS.iter().any(|kind| kind.name == name && kind.family == Family::Zip)
}

/// Sound and film share their containers, and the two names of one still format are used for each other.
fn same_container(claimed: &str, found: &str) -> bool {
    const GROUPS: [&[&str]; 4] = [
        &["image/heic", "image/heif"],
        &["video/mp4", "audio/mp4", "video/quicktime"],
        &["audio/ogg", "audio/opus", "video/ogg", "application/ogg"],
        &["video/webm", "audio/webm", "video/x-matroska"],
    ];
    GROUPS.iter().any(|group| group.contains(&claimed) && group.contains(&found))
}

const fn kind(
    name: &'static str,
    family: Family,
    extensions: &'static [&'static str],
    aliases: &'static [&'static str],
) -> Kind {
    Kind { name, family, extensions, aliases }
}

const KINDS: [Kind; 53] = [
    kind("image/png", Family::Exact, &["png"], &["image/x-png"]),
    kind(
        "image/jpeg",
        Family::Exact,
        &["jpg", "jpeg", "jpe", "jfif"],
        &["image/jpg", "image/pjpeg"],
    ),
    kind("image/webp", Family::Exact, &["webp"], &[]),
    kind("image/gif", Family::Exact, &["gif"], &[]),
    kind("image/bmp", Family::Exact, &["bmp"], &["image/x-ms-bmp"]),
    kind("image/tiff", Family::Exact, &["tif", "tiff"], &[]),
    kind("image/vnd.microsoft.icon", Family::Exact, &["ico"], &["image/x-icon"]),
    kind("image/heic", Family::Exact, &["heic"], &["image/heic-sequence"]),
    kind("image/heif", Family::Exact, &["heif"], &["image/heif-sequence"]),
    kind("image/avif", Family::Exact, &["avif"], &[]),
    kind("image/svg+xml", Family::Exact, &["svg"], &[]),
    kind("text/html", Family::Exact, &["html", "htm", "xhtml", "hta"], &["application/xhtml+xml"]),
    kind("application/xml", Family::Exact, &["xml", "xsl", "xslt"], &["text/xml"]),
    kind("application/pdf", Family::Exact, &["pdf"], &["application/x-pdf"]),
    kind("application/rtf", Family::Exact, &["rtf"], &["text/rtf"]),
    kind("application/gzip", Family::Exact, &["gz", "tgz"], &["application/x-gzip"]),
    kind("application/x-7z-compressed", Family::Exact, &["7z"], &[]),
    kind("application/vnd.rar", Family::Exact, &["rar"], &["application/x-rar-compressed"]),
    kind("application/x-tar", Family::Exact, &["tar"], &[]),
    kind("application/zstd", Family::Exact, &["zst"], &[]),
    kind("application/x-xz", Family::Exact, &["xz"], &[]),
    kind("application/x-bzip2", Family::Exact, &["bz2"], &[]),
    kind(
        "application/vnd.sqlite3",
        Family::Exact,
        &["sqlite", "sqlite3"],
        &["application/x-sqlite3"],
    ),
    kind(
        "application/vnd.microsoft.portable-executable",
        Family::Exact,
        &["exe", "dll", "scr"],
        &["application/x-msdownload"],
    ),
    kind("application/wasm", Family::Exact, &["wasm"], &[]),
    kind("audio/mpeg", Family::Exact, &["mp3"], &["audio/mp3"]),
    kind("audio/mp4", Family::Exact, &["m4a", "m4b"], &["audio/m4a", "audio/x-m4a"]),
    kind("audio/x-wav", Family::Exact, &["wav"], &["audio/wav", "audio/wave"]),
    kind("audio/x-flac", Family::Exact, &["flac"], &["audio/flac"]),
    kind("audio/ogg", Family::Exact, &["ogg", "oga", "opus"], &["audio/opus"]),
    kind("video/mp4", Family::Exact, &["mp4", "m4v"], &["video/x-m4v"]),
    kind("video/quicktime", Family::Exact, &["mov"], &[]),
    kind("video/webm", Family::Exact, &["webm"], &[]),
    kind("video/x-matroska", Family::Exact, &["mkv"], &[]),
    kind("application/zip", Family::Zip, &["zip"], &["application/x-zip-compressed"]),
    kind(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Family::Zip,
        &["docx"],
        &[],
    ),
    kind(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Family::Zip,
        &["xlsx"],
        &[],
    ),
    kind(
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        Family::Zip,
        &["pptx"],
        &[],
    ),
    kind("application/vnd.oasis.opendocument.text", Family::Zip, &["odt"], &[]),
    kind("application/vnd.oasis.opendocument.spreadsheet", Family::Zip, &["ods"], &[]),
    kind("application/vnd.oasis.opendocument.presentation", Family::Zip, &["odp"], &[]),
    kind("application/epub+zip", Family::Zip, &["epub"], &[]),
    kind(
        "application/java-archive",
        Family::Zip,
        &["jar", "apk"],
        &["application/vnd.android.package-archive"],
    ),
    kind("application/msword", Family::Ole, &["doc"], &[]),
    kind("application/vnd.ms-excel", Family::Ole, &["xls"], &[]),
    kind("application/vnd.ms-powerpoint", Family::Ole, &["ppt"], &[]),
    kind("text/plain", Family::Text, &["txt", "text", "log"], &[]),
    kind("text/csv", Family::Text, &["csv"], &["application/csv"]),
    kind("text/tab-separated-values", Family::Text, &["tsv"], &[]),
    kind("text/markdown", Family::Text, &["md", "markdown"], &["text/x-markdown"]),
    kind("application/json", Family::Text, &["json"], &["text/json"]),
    kind(
        "text/javascript",
        Family::Text,
        &["js", "mjs", "cjs"],
        &["application/javascript", "application/x-javascript"],
    ),
    kind("text/x-shellscript", Family::Text, &["sh", "bash"], &["application/x-sh"]),
];
