//! Why the server ends a connection, and how it says so.

use app::live::close;

/// Why a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Close {
    /// The server stops; come back.
    Leaving,
    /// This process can't tell what happens; come back, perhaps to another one.
    Blind,
    TooLarge,
    TooSlow,
    TooMany,
    SignedOut,
    Silent,
}

impl Close {
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::Leaving | Self::Blind => close::LEAVING,
            Self::TooLarge => close::TOO_LARGE,
            Self::TooSlow => close::TOO_SLOW,
            Self::TooMany => close::TOO_MANY,
            Self::SignedOut => close::SIGNED_OUT,
            Self::Silent => close::SILENT,
        }
    }

    /// For the figures.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Leaving => "leaving",
            Self::Blind => "blind",
            Self::TooLarge => "too_large",
            Self::TooSlow => "too_slow",
            Self::TooMany => "too_many",
            Self::SignedOut => "signed_out",
            Self::Silent => "silent",
        }
    }

    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Leaving => "resync: the server stops",
            Self::Blind => "resync: what happens can't be told for the moment",
            Self::TooLarge => "a message has at most 64 KiB",
            Self::TooSlow => "resync: too slow",
            Self::TooMany => "too many messages",
            Self::SignedOut => "the session or the key is over",
            Self::Silent => "nothing was heard",
        }
    }
}
