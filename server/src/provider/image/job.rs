//! The payload of the `image` provider as values, checked against the schema's own ranges.

mod check;

use serde::{Deserialize, Deserializer, de::Error as _};

use super::{ImageFault, text};

/// What is to be done with a picture; made by [`ImageJob::parse`].
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageJob {
    /// `sha256:` and 64 hex digits.
    pub image: String,
    #[serde(default, deserialize_with = "whole")]
    pub crop_x: Option<u32>,
    #[serde(default, deserialize_with = "whole")]
    pub crop_y: Option<u32>,
    #[serde(default, deserialize_with = "whole")]
    pub crop_width: Option<u32>,
    #[serde(default, deserialize_with = "whole")]
    pub crop_height: Option<u32>,
    #[serde(default, deserialize_with = "whole")]
    pub width: Option<u32>,
    #[serde(default, deserialize_with = "whole")]
    pub height: Option<u32>,
    #[serde(default)]
    pub fit: Fit,
    #[serde(default, deserialize_with = "whole")]
    pub rotate: Option<u16>,
    #[serde(default)]
    pub flip: Flip,
    #[serde(default)]
    pub grayscale: bool,
    #[serde(default, deserialize_with = "whole")]
    pub brightness: Option<i32>,
    #[serde(default, deserialize_with = "whole")]
    pub contrast: Option<i32>,
    #[serde(default)]
    pub blur: f32,
    #[serde(default)]
    pub text: String,
    #[serde(default, deserialize_with = "whole")]
    pub text_size: Option<u32>,
    #[serde(default)]
    pub text_position: TextPosition,
    #[serde(default)]
    pub text_color: Option<String>,
    #[serde(default)]
    pub format: Option<OutputFormat>,
    #[serde(default, deserialize_with = "whole")]
    pub quality: Option<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    #[default]
    Contain,
    Cover,
    Stretch,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flip {
    #[default]
    None,
    Horizontal,
    Vertical,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextPosition {
    TopLeft,
    Top,
    TopRight,
    Left,
    Center,
    Right,
    BottomLeft,
    #[default]
    Bottom,
    BottomRight,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputFormat {
    Png,
    Jpeg,
    Webp,
}

/// A rectangle of the upright picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Crop {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
}

impl ImageJob {
    /// Reads a payload. Everything that can be refused without the picture is refused here.
    pub fn parse(payload: &str) -> Result<Self, ImageFault> {
        check::against_schema(payload)?;
        let job: Self = serde_json::from_str(payload).map_err(|e| check::from_serde(&e))?;
        job.crop()?;
        text::drawable(&job.text)?;
        Ok(job)
    }

    /// All four numbers or none.
    pub(super) fn crop(&self) -> Result<Option<Crop>, ImageFault> {
        let fields = [
            ("crop_x", self.crop_x),
            ("crop_y", self.crop_y),
            ("crop_width", self.crop_width),
            ("crop_height", self.crop_height),
        ];
        match fields.map(|(_, value)| value) {
            [Some(x), Some(y), Some(width), Some(height)] => Ok(Some(Crop { x, y, width, height })),
            [None, None, None, None] => Ok(None),
            _ => {
                let missing = fields.iter().find(|(_, value)| value.is_none());
                let (field, _) = missing.expect("one of the four is absent in this arm");
                let message = "A crop needs crop_x, crop_y, crop_width and crop_height together.";
                Err(ImageFault::invalid(field, message, check::range(field)))
            }
        }
    }

    pub(super) fn text_color(&self) -> [u8; 3] {
        let digits = self.text_color.as_deref().and_then(|color| color.strip_prefix('#'));
        let value = digits.and_then(|d| u32::from_str_radix(d, 16).ok()).unwrap_or(0xff_ff_ff);
        let [_, red, green, blue] = value.to_be_bytes();
        [red, green, blue]
    }
}

/// JSON Schema calls `800.0` an integer, so we do.
fn whole<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<i64>,
{
    let number = serde_json::Number::deserialize(deserializer)?;
    let value = check::as_whole(&number).and_then(|n| T::try_from(n).ok());
    value.map(Some).ok_or_else(|| D::Error::custom(format!("{number} is out of range")))
}
