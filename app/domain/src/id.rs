//! Typed names for things: a run's id can't go where a ticket's id is due.

/// Declares a UUID newtype that travels as the plain UUID.
macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        #[serde(transparent)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = uuid::Uuid))]
        pub struct $name(uuid::Uuid);

        impl $name {
            #[must_use]
            pub const fn from_uuid(id: uuid::Uuid) -> Self {
                Self(id)
            }

            #[must_use]
            pub const fn as_uuid(self) -> uuid::Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

typed_id! {
    /// Names one run.
    RunId
}
typed_id! {
    /// Names one pause of a run (`approval_id` on the wire); a decision must quote it.
    TicketId
}
typed_id! {
    /// Names one upload.
    AttachmentId
}
typed_id! {
    /// Names one account: a person's, or an agent's.
    PersonId
}
typed_id! {
    /// Names one key.
    KeyId
}
