//! A key's secret on its way from the request that made it to the page that shows it once.
//!
//! It travels as a one-time link does: in a cookie for that page only, which the page takes away. A
//! planted secret is dropped: it belongs to none of the reader's keys.

use domain::access::Caller;

use super::{answer, keys::MadeKey, port::ServerContext};

const NAME: &str = "fresh_key";

/// Gives the secret to the keys page that the response redirects to.
pub(super) fn hand_over(context: &ServerContext, made: &MadeKey) {
    let secure = if context.https { "; Secure" } else { "" };
    answer::set(&format!(
        "{NAME}={}; Path=/keys; Max-Age=60; HttpOnly; SameSite=Strict{secure}",
        made.secret
    ));
}

/// The key that was handed over, if it is one of the reader's.
pub(super) async fn take(context: &ServerContext, caller: &Caller) -> Option<MadeKey> {
    let secret = answer::read(NAME)?;
    answer::set(&format!("{NAME}=; Path=/keys; Max-Age=0; HttpOnly; SameSite=Strict"));
    let key = context.accounts.key_of_secret(caller, &secret).await.ok()??;
    Some(MadeKey { key, secret })
}
