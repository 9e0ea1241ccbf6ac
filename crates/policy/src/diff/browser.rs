//! Cookies, beacons and sites.

use std::collections::BTreeSet;

use toml::Spanned;

use super::{Comparison, Nothing, both, only, only_listed};
use crate::{
    document::{Beacon, Cookie, Party, Site, SiteUse},
    placeholder::span_text,
    words::{label, list},
};

const UNTIL_CLOSED: Nothing = Nothing { words: "until the browser closes", endless: false };

impl Comparison<'_> {
    pub(super) fn cookies(&mut self) {
        for (name, cookie) in only(&self.new.cookies, &self.old.cookies) {
            let life = cookie.life.as_ref().map_or_else(
                || UNTIL_CLOSED.words.to_owned(),
                |life| format!("for {}", span_text(life.get_ref())),
            );
            let purpose = label(&self.new.purposes, cookie.purpose.get_ref());
            let text = format!("{} may now be set {life}, for {purpose}", cookie.label.get_ref());
            self.newly(&text, format!("cookies.{name}"));
        }
        for (name, cookie) in only(&self.old.cookies, &self.new.cookies) {
            let text = format!("{} is no longer set", cookie.label.get_ref());
            self.no_longer(&text, format!("cookies.{name}"));
        }
        for (name, was, now) in both(&self.old.cookies, &self.new.cookies) {
            self.cookie(name, was, now);
        }
    }

    fn cookie(&mut self, name: &str, was: &Cookie, now: &Cookie) {
        let declaration = format!("cookies.{name}");
        let cookie = now.label.get_ref();
        let lives = format!("{cookie} lives");
        self.term(&lives, (was.life.as_ref(), now.life.as_ref()), UNTIL_CLOSED, &declaration);
        for (called, is_new) in called(name, was, now) {
            let verb = if is_new { "may now be" } else { "is no longer" };
            let text = format!("{cookie} {verb} called {called} in browsers");
            self.other(&text, is_new, declaration.clone());
        }
        let stated = |one: &Cookie| one.choice.as_ref().map(|choice| *choice.get_ref());
        self.choice(&format!("{cookie} is set"), (stated(was), stated(now)), &declaration);
        if was.purpose.get_ref() != now.purpose.get_ref() {
            let (old, new) = (
                label(&self.old.purposes, was.purpose.get_ref()),
                label(&self.new.purposes, now.purpose.get_ref()),
            );
            let text = format!("{cookie} serves {new} instead of {old}");
            self.other(&text, true, declaration.clone());
        }
        if setter(was) != setter(now) {
            let text = format!("{cookie} is set by {} instead of {}", setter(now), setter(was));
            self.other(&text, *now.party.get_ref() == Party::Third, declaration);
        }
    }

    pub(super) fn beacons(&mut self) {
        for (name, beacon) in only(&self.new.beacons, &self.old.beacons) {
            let text = format!("{} may now stand in {}", beacon.label.get_ref(), places(beacon));
            self.newly(&text, format!("beacons.{name}"));
        }
        for (name, beacon) in only(&self.old.beacons, &self.new.beacons) {
            let text = format!("{} is no longer used", beacon.label.get_ref());
            self.no_longer(&text, format!("beacons.{name}"));
        }
        for (name, was, now) in both(&self.old.beacons, &self.new.beacons) {
            self.beacon(name, was, now);
        }
    }

    fn beacon(&mut self, name: &str, was: &Beacon, now: &Beacon) {
        let declaration = format!("beacons.{name}");
        let beacon = now.label.get_ref();
        for place in only_listed(&now.places, &was.places) {
            self.newly(&format!("{beacon} may now stand in {place}"), declaration.clone());
        }
        for place in only_listed(&was.places, &now.places) {
            self.no_longer(&format!("{beacon} no longer stands in {place}"), declaration.clone());
        }
        if was.purpose.get_ref() != now.purpose.get_ref() {
            let new = label(&self.new.purposes, now.purpose.get_ref());
            let old = label(&self.old.purposes, was.purpose.get_ref());
            self.other(&format!("{beacon} serves {new} instead of {old}"), true, declaration);
        }
    }
}

impl Comparison<'_> {
    pub(super) fn sites(&mut self) {
        for (name, site) in only(&self.new.sites, &self.old.sites) {
            let purpose = label(&self.new.purposes, site.purpose.get_ref());
            let text = format!("visits of {} may now be counted, for {purpose}", site.label.get_ref());
            self.newly(&text, format!("sites.{name}"));
            self.site_uses(&format!("sites.{name}"), None, site);
        }
        for (name, site) in only(&self.old.sites, &self.new.sites) {
            let text = format!("visits of {} are no longer counted", site.label.get_ref());
            self.no_longer(&text, format!("sites.{name}"));
        }
        for (name, was, now) in both(&self.old.sites, &self.new.sites) {
            self.site(format!("sites.{name}"), was, now);
        }
    }

    fn site(&mut self, declaration: String, was: &Site, now: &Site) {
        let site = now.label.get_ref();
        for host in only_listed(&now.hosts, &was.hosts) {
            self.newly(&format!("visits of {host} may now be counted with {site}"), declaration.clone());
        }
        for host in only_listed(&was.hosts, &now.hosts) {
            self.no_longer(&format!("visits of {host} are no longer counted"), declaration.clone());
        }
        self.shown_to_anybody(&declaration, was, now);
        let named = |name: &Option<crate::document::Name>| name.as_ref().map(|name| name.get_ref().clone());
        if named(&was.cookie) != named(&now.cookie) || named(&was.record) != named(&now.record) {
            let text = format!("visitors of {site} are recognised in another way");
            self.other(&text, true, declaration.clone());
        }
        self.site_uses(&declaration, Some(was), now);
        if was.purpose.get_ref() != now.purpose.get_ref() {
            let new = label(&self.new.purposes, now.purpose.get_ref());
            let old = label(&self.old.purposes, was.purpose.get_ref());
            self.other(
                &format!("visits of {site} are counted for {new} instead of {old}"),
                true,
                declaration,
            );
        }
    }
}

impl Comparison<'_> {
    fn shown_to_anybody(&mut self, declaration: &str, was: &Site, now: &Site) {
        let site = now.label.get_ref();
        let by = |site: &Site| site.public.clone().unwrap_or_default();
        for by in only_listed(&by(now), &by(was)) {
            let text = format!("figures of {site} by {by} may now be shown to anybody");
            self.newly(&text, declaration.to_owned());
        }
        for by in only_listed(&by(was), &by(now)) {
            let text = format!("figures of {site} by {by} are no longer shown to anybody");
            self.no_longer(&text, declaration.to_owned());
        }
        let fewest = |site: &Site| site.minimum.as_ref().map_or(0, |minimum| *minimum.get_ref());
        if now.public.is_some() && fewest(now) != fewest(was) {
            let text = format!(
                "figures of {site} are shown to anybody from {} visitors on instead of {}",
                fewest(now),
                fewest(was)
            );
            self.other(&text, fewest(now) < fewest(was), declaration.to_owned());
        }
    }

    /// What visits serve besides being counted.
    fn site_uses(&mut self, declaration: &str, was: Option<&Site>, now: &Site) {
        let site = now.label.get_ref();
        let purpose = |used: &Spanned<SiteUse>| used.get_ref().purpose.get_ref().clone();
        let link = |site: &Site| site.link.as_ref().map(purpose);
        let tailor = |site: &Site| site.tailor.as_ref().map(purpose);
        let uses = [
            ("tied to a person", was.and_then(link), link(now)),
            ("used to choose what is shown", was.and_then(tailor), tailor(now)),
        ];
        for (used, was, now) in uses.into_iter().filter(|(_, was, now)| was != now) {
            if let Some(now) = now {
                let label = label(&self.new.purposes, &now);
                let text = format!("visits of {site} may now be {used}, for {label}");
                self.newly(&text, declaration.to_owned());
            } else if was.is_some() {
                self.no_longer(&format!("visits of {site} are no longer {used}"), declaration.to_owned());
            }
        }
        let paths = |site: &Site| {
            let pairs = site.interests.iter().flat_map(|(interest, paths)| {
                paths.iter().map(|path| (interest.get_ref().clone(), path.get_ref().clone()))
            });
            pairs.collect::<BTreeSet<_>>()
        };
        let (old, new) = (was.map(paths).unwrap_or_default(), paths(now));
        for (interest, path) in new.difference(&old) {
            let text = format!("looking at {path} of {site} may now be taken for an interest in {interest}");
            self.newly(&text, declaration.to_owned());
        }
        for (interest, path) in old.difference(&new) {
            let text =
                format!("looking at {path} of {site} is no longer taken for an interest in {interest}");
            self.no_longer(&text, declaration.to_owned());
        }
    }
}

/// What browsers call a cookie by one version only, and whether that is the newer one.
fn called<'a>(name: &'a str, was: &'a Cookie, now: &'a Cookie) -> impl Iterator<Item = (&'a str, bool)> {
    let only = |these: &'a Cookie, others: &'a Cookie| {
        these.called(name).into_iter().filter(move |one| !others.called(name).contains(one))
    };
    let (more, fewer) = (only(now, was), only(was, now));
    more.map(|one| (one, true)).chain(fewer.map(|one| (one, false)))
}

fn setter(cookie: &Cookie) -> &str {
    let named = cookie.recipient.as_ref().map(|name| name.get_ref().as_str());
    match cookie.party.get_ref() {
        Party::First => "us",
        Party::Third => named.unwrap_or("someone else"),
    }
}

fn places(beacon: &Beacon) -> String {
    list(&beacon.places.iter().map(|place| place.get_ref().as_str()).collect::<Vec<_>>())
}
