//! The one layout of all emails: plain text, and HTML that needs no image and looks right in light and dark.

/// What an email says, in reading order. Each field is finished text in the reader's language.
pub(crate) struct Letter<'a> {
    pub(crate) language: &'a str,
    pub(crate) greeting: &'a str,
    pub(crate) lead: &'a str,
    /// Label and address of the one action.
    pub(crate) action: Option<(&'a str, &'a str)>,
    pub(crate) note: &'a str,
    pub(crate) footer: &'a [&'a str],
}

impl Letter<'_> {
    pub(crate) fn text(&self) -> String {
        let mut paragraphs = vec![self.greeting.to_owned(), self.lead.to_owned()];
        if let Some((label, url)) = self.action {
            paragraphs.push(format!("{label}:\n{url}"));
        }
        paragraphs.push(self.note.to_owned());
        paragraphs.push(self.footer.join("\n"));
        let mut text = paragraphs.join("\n\n");
        text.push('\n');
        text
    }

    pub(crate) fn html(&self) -> String {
        let action = self.action.map_or_else(String::new, |(label, url)| {
            let (label, url) = (escaped(label), escaped(url));
            format!(
                "<p><a class=\"action\" href=\"{url}\">{label}</a></p>\n\
                 <p class=\"quiet\"><a class=\"address\" href=\"{url}\">{url}</a></p>\n"
            )
        });
        let footer = self.footer.iter().map(|line| escaped(line)).collect::<Vec<_>>().join("<br>");
        format!(
            "<!doctype html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<style>{STYLE}</style></head>\n\
             <body><div class=\"card\">\n<p>{}</p>\n<p>{}</p>\n{action}<p>{}</p>\n\
             <p class=\"quiet\">{footer}</p>\n</div></body>\n</html>\n",
            escaped(self.language),
            escaped(self.greeting),
            escaped(self.lead),
            escaped(self.note),
        )
    }
}

/// Colours of the interface; dark ones where the reader's mail program asks for them.
const STYLE: &str = ":root{color-scheme:light dark}\
body{margin:0;padding:24px;background:#FAF8F4;color:#16202B;font:18px/1.5 system-ui,sans-serif}\
.card{max-width:34em;margin:0 auto;padding:24px;background:#FFFFFF;border-radius:12px}\
.action{display:inline-block;padding:14px 24px;border-radius:8px;background:#0A5F58;color:#FFFFFF;\
font-weight:bold;text-decoration:none}\
.quiet{color:#46535F;font-size:16px}.address{color:#0A5F58;word-break:break-all}\
@media (prefers-color-scheme:dark){body{background:#12181F;color:#F4F6F7}.card{background:#1B232C}\
.action{background:#7FD6CB;color:#12181F}.quiet{color:#C3CCD3}.address{color:#7FD6CB}}";

fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_parts_say_the_same_and_markup_is_escaped() {
        let letter = Letter {
            language: "en-GB",
            greeting: "Hello,",
            lead: "Smith & Sons <dental>",
            action: Some(("Go", "https://x.example/l/a?b=1&c=2")),
            note: "Note.",
            footer: &["Foot."],
        };
        assert_eq!(
            letter.text(),
            "Hello,\n\nSmith & Sons <dental>\n\nGo:\nhttps://x.example/l/a?b=1&c=2\n\nNote.\n\nFoot.\n"
        );
        let html = letter.html();
        assert!(html.contains("Smith &amp; Sons &lt;dental&gt;"));
        assert!(html.contains("href=\"https://x.example/l/a?b=1&amp;c=2\""));
        assert_eq!(html.matches("class=\"action\"").count(), 1);
    }
}
