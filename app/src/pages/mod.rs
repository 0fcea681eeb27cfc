//! Pages, one a route: each loads its data, lays out the parts, and holds no rules.

pub mod apart;
#[cfg(feature = "hydrate")]
mod browser;
mod frame;
mod gate;
mod inbox;
mod key_help;
mod keys;
mod link;
mod new_run;
mod not_found;
mod outcome;
mod people;
mod refused;
mod run;
mod runs;
mod session;
mod sessions;
mod sign_in;
mod welcome;

pub use frame::{Frame, OpenTickets, Waiting};
pub use inbox::InboxPage;
pub use keys::KeysPage;
pub use new_run::{NewRunPage, SentForm};
pub use not_found::NotFoundPage;
use outcome::Outcome;
pub use people::PeoplePage;
pub use refused::Refused;
pub use run::{RunDetail, RunPage};
pub use runs::RunsPage;
pub use session::{OpenSession, SessionPage};
pub use sessions::SessionsPage;
pub use sign_in::SignInPage;
pub use welcome::WelcomePage;
