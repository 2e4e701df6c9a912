//! Files for spreadsheets (RFC 4180). Names of kiosks and colleagues are whatever somebody typed, and a spreadsheet would run some of it.

/// Excel takes a file without it for one in its own code page.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// A file with a line of headings.
pub(super) fn csv<const COLUMNS: usize>(
    headings: [&str; COLUMNS],
    lines: impl Iterator<Item = [String; COLUMNS]>,
) -> String {
    let mut file = String::from(BYTE_ORDER_MARK);
    write_line(&mut file, &headings.map(str::to_owned));
    for line in lines {
        write_line(&mut file, &line);
    }
    file
}

fn write_line(file: &mut String, cells: &[String]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            file.push(',');
        }
        write_cell(file, cell);
    }
    file.push_str("\r\n");
}

fn write_cell(file: &mut String, cell: &str) {
    let is_formula = begins_as_formula(cell);
    let is_quoted = is_formula || cell.contains([',', '"', '\r', '\n']);
    if is_quoted {
        file.push('"');
    }
    if is_formula {
        file.push('\'');
    }
    for c in cell.chars() {
        if c == '"' {
            file.push('"');
        }
        file.push(c);
    }
    if is_quoted {
        file.push('"');
    }
}

/// After OWASP, "CSV Injection"; spreadsheets look past spaces, and some take full-width signs for the plain ones.
fn begins_as_formula(cell: &str) -> bool {
    let is_sign =
        |c: char| matches!(c, '=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}');
    cell.starts_with(char::is_control) || cell.trim_start().starts_with(is_sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cell: &str, expected: &str) {
        let file = csv(["name"], [[cell.to_owned()]].into_iter());
        assert_eq!(file, format!("\u{feff}name\r\n{expected}\r\n"), "{cell:?}");
    }

    #[test]
    fn plain_words_stay_as_they_are() {
        for cell in ["Front desk", "2026-11-30", "O'Brien", "a=b", "Ωmega", ""] {
            check(cell, cell);
        }
    }

    #[test]
    fn what_would_end_a_cell_is_quoted() {
        check("Desk, left", "\"Desk, left\"");
        check("the \"new\" one", "\"the \"\"new\"\" one\"");
        check("two\nlines", "\"two\nlines\"");
    }

    #[test]
    fn no_cell_begins_as_a_formula_would() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "  =1", "\u{ff1d}1", "\u{a0}@x"] {
            check(cell, &format!("\"'{cell}\""));
        }
        check("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"");
    }

    #[test]
    fn every_line_has_a_cell_for_every_heading() {
        let lines = [["1".to_owned(), String::new()], ["a,b".to_owned(), "2".to_owned()]];
        assert_eq!(csv(["x", "y"], lines.into_iter()), "\u{feff}x,y\r\n1,\r\n\"a,b\",2\r\n");
    }
}
