//! "Did you mean gmail.com?": likely slips in the domains most patients use. It only asks; the patient decides.

/// Domains that many people in the UK have, and real ones that would else be taken for a slip of those.
const KNOWN: [&str; 46] = [
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "hotmail.co.uk",
    "hotmail.fr",
    "outlook.com",
    "outlook.co.uk",
    "live.com",
    "live.co.uk",
    "msn.com",
    "yahoo.com",
    "yahoo.co.uk",
    "yahoo.co.in",
    "yahoo.fr",
    "yahoo.ie",
    "ymail.com",
    "rocketmail.com",
    "icloud.com",
    "me.com",
    "mac.com",
    "aol.com",
    "aol.co.uk",
    "btinternet.com",
    "btopenworld.com",
    "sky.com",
    "virginmedia.com",
    "ntlworld.com",
    "blueyonder.co.uk",
    "talktalk.net",
    "tiscali.co.uk",
    "plusnet.com",
    "plus.com",
    "protonmail.com",
    "proton.me",
    "pm.me",
    "nhs.net",
    "gmx.com",
    "gmx.co.uk",
    "gmx.net",
    "mail.com",
    "email.com",
    "hey.com",
    "fastmail.com",
    "zoho.com",
    "o2.co.uk",
    "wp.pl",
];

/// Endings that do not exist, and the ones meant.
const ENDINGS: [(&str, &str); 13] = [
    (".con", ".com"),
    (".cmo", ".com"),
    (".ocm", ".com"),
    (".comm", ".com"),
    (".coom", ".com"),
    (".vom", ".com"),
    (".xom", ".com"),
    (".cim", ".com"),
    (".couk", ".co.uk"),
    (".co.ku", ".co.uk"),
    (".co.ukk", ".co.uk"),
    (".co.uj", ".co.uk"),
    (".c.uk", ".co.uk"),
];

/// Shorter domains have too many real neighbours.
const MIN_CHARACTERS: usize = 8;

/// From this length on two slips are still likelier than another domain.
const TWO_SLIPS_FROM_CHARACTERS: usize = 11;

/// The known domain that `domain` is probably a slip of.
pub(super) fn domain_meant_by(domain: &str) -> Option<String> {
    if KNOWN.contains(&domain) {
        return None;
    }
    let ended = ENDINGS
        .iter()
        .find_map(|(wrong, right)| domain.strip_suffix(wrong).map(|start| format!("{start}{right}")));
    let candidate = ended.as_deref().unwrap_or(domain);
    if KNOWN.contains(&candidate) {
        return ended;
    }
    let nearest = KNOWN
        .iter()
        .filter(|known| known.chars().count() >= MIN_CHARACTERS)
        .map(|known| (strsim::osa_distance(candidate, known), *known))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, known)| *distance <= if known.len() >= TWO_SLIPS_FROM_CHARACTERS { 2 } else { 1 })
        .map(|(_, known)| known.to_owned());
    nearest.or(ended)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(domain: &str, meant: Option<&str>) {
        assert_eq!(domain_meant_by(domain).as_deref(), meant, "{domain}");
    }

    #[test]
    fn likely_slips_are_asked_about() {
        for (domain, meant) in [
            ("gmial.com", "gmail.com"),
            ("gmai.com", "gmail.com"),
            ("gnail.com", "gmail.com"),
            ("gmail.co", "gmail.com"),
            ("gmail.con", "gmail.com"),
            ("gmial.con", "gmail.com"),
            ("hotmial.com", "hotmail.com"),
            ("homtail.com", "hotmail.com"),
            ("hotmial.co.uk", "hotmail.co.uk"),
            ("hotmail.couk", "hotmail.co.uk"),
            ("outlok.com", "outlook.com"),
            ("outllok.com", "outlook.com"),
            ("yaho.co.uk", "yahoo.co.uk"),
            ("yahoo.co.ku", "yahoo.co.uk"),
            ("iclud.com", "icloud.com"),
            ("btinternt.com", "btinternet.com"),
            ("smith-family.con", "smith-family.com"),
        ] {
            check(domain, Some(meant));
        }
    }

    #[test]
    fn real_domains_are_left_alone() {
        for domain in KNOWN {
            check(domain, None);
        }
        for domain in [
            "example.com",
            "dental.example",
            "kcl.ac.uk",
            "nhs.uk",
            "mail.example.co.uk",
            "bbc.co.uk",
            "gov.uk",
            "icloud.example.org",
        ] {
            check(domain, None);
        }
    }
}
