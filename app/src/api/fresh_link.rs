//! A one-time link on its way from the request that made it to the page that shows it once.
//!
//! It travels in a cookie for that page only, so it stands in no address and in no log. The page
//! takes the cookie away, and shows the link only if the accounts know it: a planted one is dropped.

use chrono::DateTime;

use super::{
    access::{OneTimeLink, PersonView},
    answer,
    people::FreshLink,
    port::ServerContext,
};

const NAME: &str = "fresh_link";

/// Gives the link to the people page that the response redirects to.
pub(super) fn hand_over(link: &OneTimeLink) {
    let OneTimeLink { person, url, expires_at } = link;
    let secure = if url.starts_with("https://") { "; Secure" } else { "" };
    answer::set(&format!(
        "{NAME}={person}~{}~{url}; Path=/people; Max-Age=60; HttpOnly; SameSite=Strict{secure}",
        expires_at.timestamp()
    ));
}

/// The link that was handed over, if it belongs to one of `people` and still works.
pub(super) async fn take(context: &ServerContext, people: &[PersonView]) -> Option<FreshLink> {
    let value = answer::read(NAME)?;
    answer::set(&format!("{NAME}=; Path=/people; Max-Age=0; HttpOnly; SameSite=Strict"));
    let link = parse(&value)?;
    let (_, token) = link.url.rsplit_once("/welcome/")?;
    let welcome = context.accounts.welcome(token).await.ok()?;
    let theirs =
        people.iter().any(|person| person.id == link.person && person.email == welcome.email);
    theirs.then_some(FreshLink { link, welcome })
}

fn parse(value: &str) -> Option<OneTimeLink> {
    let mut parts = value.splitn(3, '~');
    let person = parts.next()?.parse().ok()?;
    let expires_at = DateTime::from_timestamp(parts.next()?.parse().ok()?, 0)?;
    let url = parts.next()?.to_owned();
    Some(OneTimeLink { person, url, expires_at })
}
