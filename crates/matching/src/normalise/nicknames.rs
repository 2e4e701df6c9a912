//! Names that are used for one another: short forms, and spellings of one name in Latin letters.
//!
//! Written for this program from common knowledge: no crate on the registry offers such a table, and the one Python package
//! that does would have to be copied. It is small and mostly English on purpose: a name that is missing here is a registration
//! more for staff, never a wrong link. Two rows that share a word do not make one row: "Sam" is Samuel and Samantha, and
//! those two are not each other. Two names that parents give to two children (Isabel and Isabella, Sophia and Sophie) are not in
//! one row either: on the synthetic stress mix such rows linked twins.

use std::{collections::HashMap, sync::LazyLock};

/// Each row is one name in full, then what its bearers are called besides. Folded.
const TABLE: &[&[&str]] = &[
    &["abigail", "abby", "abbie", "gail"],
    &["abraham", "abe", "bram"],
    &["ahmed", "ahmad", "ahmet", "ahmat"],
    &["aisha", "ayesha", "aysha", "aicha", "aysa"],
    &["alan", "allan", "allen", "al"],
    &["albert", "al", "bert", "bertie"],
    &["alexander", "alex", "alec", "alexandr", "sandy", "xander", "sasha", "aleksander", "aleksandr"],
    &["alexandra", "alex", "alexa", "sandra", "sasha", "aleksandra", "lexi"],
    &["alfred", "alf", "alfie", "fred"],
    &["amanda", "mandy"],
    &["andrew", "andy", "drew"],
    &["angela", "angie"],
    &["anthony", "tony", "antony"],
    &["antonia", "toni"],
    &["arthur", "art", "artie"],
    &["barbara", "barb", "barbie", "babs"],
    &["benjamin", "ben", "benny", "benji"],
    &["bernard", "bernie"],
    &["bradley", "brad"],
    &["caroline", "carrie", "caz"],
    &[
        "catherine",
        "cathy",
        "cath",
        "cate",
        "kate",
        "katie",
        "kitty",
        "katherine",
        "kathryn",
        "kathy",
        "catharine",
    ],
    &["charles", "charlie", "chuck", "chas"],
    &["charlotte", "charlie", "lottie", "lotte"],
    &["christina", "tina", "chrissie", "kristina"],
    &["christine", "chris", "chrissie"],
    &["christopher", "chris", "kit", "topher", "kristopher"],
    &["cynthia", "cindy"],
    &["daniel", "dan", "danny"],
    &["danielle", "dani"],
    &["david", "dave", "davy", "davie"],
    &["deborah", "debbie", "deb", "debra"],
    &["dominic", "dom", "dominik"],
    &["donald", "don", "donnie"],
    &["dorothy", "dot", "dotty", "dolly"],
    &["douglas", "doug"],
    &["edmund", "ed", "eddie", "ted"],
    &["edward", "ed", "eddie", "ted", "teddy", "ned"],
    &["eleanor", "ellie", "nell", "elinor"],
    &["elena", "yelena", "jelena"],
    &["elizabeth", "liz", "lizzie", "beth", "betty", "betsy", "bess", "libby", "elisabeth"],
    &["emily", "em"],
    &["eugene", "gene", "evgeny", "yevgeny"],
    &["fatima", "fatma", "fatimah"],
    &["florence", "flo", "florrie"],
    &["frances", "fran", "frankie", "fanny"],
    &["francis", "frank", "frankie"],
    &["frederick", "fred", "freddie", "freddy", "frederic"],
    &["gabriel", "gabe"],
    &["geoffrey", "geoff", "jeffrey", "jeff", "jeffery"],
    &["georgios", "giorgos", "yiorgos", "george"],
    &["gerald", "gerry", "jerry"],
    &["gregory", "greg", "gregor"],
    &["harold", "harry", "hal"],
    &["helen", "nell"],
    &["henry", "harry", "hank"],
    &["hussein", "hussain", "husain", "husein", "husayn"],
    &["ibrahim", "ebrahim", "ibraheem"],
    &["isabella", "bella", "izzy"],
    &["isobel", "isabel", "izzy", "belle"],
    &["jacob", "jake", "jakob"],
    &["jacqueline", "jackie", "jacqui"],
    &["james", "jim", "jimmy", "jamie", "jem"],
    &["janet", "jan"],
    &["jennifer", "jenny", "jen", "jenni"],
    &["jessica", "jess", "jessie"],
    &["joanna", "jo"],
    &["joanne", "jo", "joann"],
    &["john", "jack", "johnny", "jon"],
    &["jonathan", "jon", "jonny", "johnathan", "jonathon"],
    &["joseph", "joe", "joey", "jos"],
    &["josephine", "jo", "josie"],
    &["joshua", "josh"],
    &["judith", "judy", "jude"],
    &["kenneth", "ken", "kenny"],
    &["kimberly", "kim", "kimberley"],
    &["laura", "laurie"],
    &["lawrence", "larry", "laurie", "laurence"],
    &["leonard", "len", "lenny", "leo"],
    &["louis", "lou"],
    &["louise", "lou"],
    &["lucas", "lukas", "lukasz"],
    &["madeleine", "maddie", "madeline"],
    &["malgorzata", "gosia"],
    &["margaret", "maggie", "meg", "peggy", "peg", "marge", "margie"],
    &["maria", "mariya"],
    &["martin", "marty"],
    &["mary", "molly", "polly"],
    &["matthew", "matt", "mat", "mathew"],
    &["maximilian", "max", "maxim"],
    &["michael", "mike", "mick", "mickey", "mikey", "micheal"],
    &["michelle", "shelly", "michele", "chelle"],
    &["mohammed", "muhammad", "mohamed", "mohammad", "muhammed", "mohamad", "mohd", "mehmet", "mo"],
    &["nancy", "nan"],
    &["natalie", "nat"],
    &["nathaniel", "nathan", "nat", "nate"],
    &["nicholas", "nick", "nicky", "nicolas", "niko", "nikolas"],
    &["nicola", "nicky", "nikki"],
    &["oliver", "ollie", "olly"],
    &["olivia", "liv", "livvy"],
    &["omar", "umar", "omer"],
    &["pamela", "pam"],
    &["patricia", "pat", "patty", "tricia", "trish", "patsy"],
    &["patrick", "pat", "paddy"],
    &["peter", "pete", "petr"],
    &["philip", "phil", "phillip", "pip"],
    &["philippa", "pippa", "pip"],
    &["rachel", "rach", "rachael"],
    &["raymond", "ray"],
    &["rebecca", "becky", "bex", "becca", "rebekah"],
    &["reginald", "reg", "reggie"],
    &["richard", "dick", "rick", "ricky", "rich", "richie"],
    &["robert", "bob", "bobby", "rob", "robbie", "bert"],
    &["roger", "rodger"],
    &["ronald", "ron", "ronnie"],
    &["rosemary", "rosie"],
    &["samantha", "sam", "sammy"],
    &["samuel", "sam", "sammy"],
    &["sarah", "sally", "sara"],
    &["sergey", "sergei", "serhiy"],
    &["sophia", "sofia"],
    &["stanley", "stan"],
    &["stephanie", "steph", "stef"],
    &["stephen", "steve", "steven", "stevie", "stefan"],
    &["stuart", "stu", "stewart"],
    &["susan", "sue", "susie", "suzy"],
    &["theodore", "theo", "ted", "teddy"],
    &["theresa", "terri", "tess", "tessa", "teresa"],
    &["thomas", "tom", "tommy"],
    &["timothy", "tim", "timmy"],
    &["valerie", "val"],
    &["victor", "vic", "viktor"],
    &["victoria", "vicky", "vicki", "tori", "vikki"],
    &["vincent", "vince", "vinny"],
    &["walter", "wally", "walt"],
    &["wilhelmina", "mina", "billie"],
    &["william", "bill", "billy", "will", "willie", "liam", "wm"],
    &["yusuf", "youssef", "yousuf", "yosef", "yousef", "yusef"],
    &["zachary", "zach", "zack", "zac"],
];

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row(usize);

impl Row {
    /// The name in full.
    pub(crate) fn formal(self) -> &'static str {
        TABLE.get(self.0).and_then(|row| row.first()).copied().unwrap_or_default()
    }
}

/// By name, because everybody who could be meant is looked for here.
static ROWS: LazyLock<HashMap<&str, Vec<Row>>> = LazyLock::new(|| {
    let mut rows: HashMap<&str, Vec<Row>> = HashMap::new();
    for (at, row) in TABLE.iter().enumerate() {
        for name in *row {
            rows.entry(name).or_default().push(Row(at));
        }
    }
    rows
});

/// The rows a folded name stands in.
pub(crate) fn rows_of(name: &str) -> Vec<Row> {
    ROWS.get(name).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_folded_in_order_and_says_nothing_twice() {
        assert!(TABLE.windows(2).all(|rows| rows[0][0] < rows[1][0]));
        for row in TABLE {
            assert!(row.len() > 1);
            for (at, name) in row.iter().enumerate() {
                assert!(name.bytes().all(|byte| byte.is_ascii_lowercase()), "{name}");
                assert!(!row[..at].contains(name), "{name}");
            }
        }
    }

    #[test]
    fn a_short_form_stands_in_the_row_of_each_name_it_is_short_for() {
        let formal = |name| rows_of(name).into_iter().map(Row::formal).collect::<Vec<_>>();
        assert_eq!(formal("sam"), ["samantha", "samuel"]);
        assert_eq!(formal("bill"), ["william"]);
        assert!(formal("xiaoming").is_empty());
    }
}
