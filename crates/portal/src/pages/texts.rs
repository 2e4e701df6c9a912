//! The words of the pages, by language, from `texts/*.ftl`.

use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use registration::values::language::Language;

/// The catalogue as it is written in the repository.
pub(crate) const EN_GB: &str = include_str!("../../texts/en-GB.ftl");

static ENGLISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle("en-GB", EN_GB));

fn bundle(tag: &str, catalogue: &'static str) -> FluentBundle<FluentResource> {
    let language = tag.parse().expect("our own tags are well-formed");
    let resource =
        FluentResource::try_new(catalogue.to_owned()).expect("our own catalogue parses; a test reads it");
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    bundle.add_resource(resource).expect("our own catalogue says each key once; a test reads it");
    bundle
}

/// The words of one language.
#[derive(Clone, Copy)]
pub(crate) struct Texts {
    language: Language,
}

impl Texts {
    /// For a language the program speaks.
    pub(crate) const fn of(language: Language) -> Self {
        Self { language }
    }

    /// The first language of an `Accept-Language` header that is spoken here; its quality values are not weighed,
    /// because browsers write their list in order.
    pub(crate) fn accepted(header: Option<&str>) -> Self {
        let tags = header.unwrap_or_default().split(',').filter_map(|part| part.split(';').next());
        Self::of(tags.map(str::trim).find_map(Language::parse).unwrap_or_default())
    }

    /// BCP 47 tag of the words, for `<html lang>`. The pseudo language speaks English.
    pub(crate) const fn tag(self) -> &'static str {
        match self.language {
            Language::EnGb | Language::ArXb => "en-GB",
        }
    }

    /// For `<html dir>`.
    pub(crate) const fn direction(self) -> &'static str {
        if self.language.is_right_to_left() { "rtl" } else { "ltr" }
    }

    const fn catalogue(self) -> &'static LazyLock<FluentBundle<FluentResource>> {
        match self.language {
            Language::EnGb | Language::ArXb => &ENGLISH,
        }
    }

    /// A text without parameters.
    pub(crate) fn say(self, key: &str) -> String {
        self.format(key, None)
    }

    /// A text with parameters; each is set apart by isolating characters, so that it cannot turn the line around.
    pub(crate) fn say_with(self, key: &str, parameters: &[(&'static str, FluentValue<'_>)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in parameters {
            args.set(*name, value.clone());
        }
        self.format(key, Some(&args))
    }

    /// "in 40 seconds", "in 3 minutes", "in 2 hours": rounded up, never to a smaller number than is true.
    pub(crate) fn wait(self, seconds: u32) -> String {
        let (key, count) = match seconds {
            0..=90 => ("in-seconds", seconds.max(1)),
            91..=5400 => ("in-minutes", seconds.div_ceil(60)),
            5401.. => ("in-hours", seconds.div_ceil(3600)),
        };
        self.say_with(key, &[("count", count.into())])
    }

    fn format(self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let bundle = self.catalogue();
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            tracing::error!(key, "a page asked for a text that the catalogue does not have");
            return String::new();
        };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, args, &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::error!(key, "a page left out a parameter of a text");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: Texts = Texts::of(Language::EnGb);

    #[test]
    fn waits_are_said_in_the_unit_a_person_would_use() {
        let said = |seconds| ENGLISH.wait(seconds).replace(['\u{2068}', '\u{2069}'], "");
        assert_eq!(said(0), "in one second");
        assert_eq!(said(40), "in 40 seconds");
        assert_eq!(said(91), "in 2 minutes");
        assert_eq!(said(3600), "in 60 minutes");
        assert_eq!(said(86_400), "in 24 hours");
    }

    #[test]
    fn the_first_spoken_language_of_the_header_is_taken() {
        assert_eq!(Texts::accepted(Some("pl, ar-XB;q=0.8, en-GB")).direction(), "rtl");
        assert_eq!(Texts::accepted(Some("fr;q=1")).direction(), "ltr");
        assert_eq!(Texts::accepted(None).tag(), "en-GB");
    }
}
