//! Fictional names for the sandbox, in several scripts. Each stands beside its plain spelling, for email addresses.

/// A name and its plain Latin spelling.
pub(super) type Name = (&'static str, &'static str);

/// Names that go together, and how many households in a hundred have them.
pub(super) struct Pool {
    /// Households in a hundred.
    pub(super) share: u32,
    /// Family names.
    pub(super) families: &'static [Name],
    /// Given names.
    pub(super) givens: &'static [Name],
}

/// Shares add up to 100; a test counts.
pub(super) const POOLS: &[Pool] = &[
    Pool {
        share: 46,
        families: &[
            ("Ashdown", "ashdown"),
            ("Barlow", "barlow"),
            ("Birkett", "birkett"),
            ("Calloway", "calloway"),
            ("Dunmore", "dunmore"),
            ("Ellerby", "ellerby"),
            ("Fairweather", "fairweather"),
            ("Greenhalgh", "greenhalgh"),
            ("Hartley-Moss", "hartleymoss"),
            ("Inglewood", "inglewood"),
            ("Jessop", "jessop"),
            ("Kingscote", "kingscote"),
            ("Lockwood", "lockwood"),
            ("Marchbank", "marchbank"),
            ("Netherton", "netherton"),
            ("Oakeshott", "oakeshott"),
            ("Pemberley", "pemberley"),
            ("Quayle", "quayle"),
            ("Rowntree", "rowntree"),
            ("Smith", "smith"),
            ("Jones", "jones"),
            ("Thistlewood", "thistlewood"),
            ("Underhill", "underhill"),
            ("Whitlock", "whitlock"),
        ],
        givens: &[
            ("Alice", "alice"),
            ("Arthur", "arthur"),
            ("Beatrice", "beatrice"),
            ("Charlie", "charlie"),
            ("Daisy", "daisy"),
            ("Edward", "edward"),
            ("Florence", "florence"),
            ("George", "george"),
            ("Harriet", "harriet"),
            ("Isaac", "isaac"),
            ("Joan", "joan"),
            ("Kenneth", "kenneth"),
            ("Lily", "lily"),
            ("Maureen", "maureen"),
            ("Nigel", "nigel"),
            ("Olive", "olive"),
            ("Pauline", "pauline"),
            ("Rosemary", "rosemary"),
            ("Stanley", "stanley"),
            ("Thomas", "thomas"),
            ("Mary-Ann", "maryann"),
            ("William", "william"),
        ],
    },
    Pool {
        share: 10,
        families: &[
            ("O’Brien", "obrien"),
            ("O'Connor", "oconnor"),
            ("D'Arcy", "darcy"),
            ("Mac Giolla", "macgiolla"),
            ("Ó Súilleabháin", "osuilleabhain"),
            ("Ap Rhys", "aprhys"),
            ("Llewellyn", "llewellyn"),
        ],
        givens: &[
            ("Siobhán", "siobhan"),
            ("Niamh", "niamh"),
            ("Conor", "conor"),
            ("Róisín", "roisin"),
            ("Seán", "sean"),
            ("Cerys", "cerys"),
            ("Gwilym", "gwilym"),
            ("Aoife", "aoife"),
        ],
    },
    Pool {
        share: 14,
        families: &[
            ("Khan", "khan"),
            ("Patel", "patel"),
            ("Kaur", "kaur"),
            ("Singh", "singh"),
            ("Begum", "begum"),
            ("Chowdhury", "chowdhury"),
            ("Fernando", "fernando"),
            ("Iyer", "iyer"),
        ],
        givens: &[
            ("Amina", "amina"),
            ("Mohammed", "mohammed"),
            ("Priya", "priya"),
            ("Harpreet", "harpreet"),
            ("Yusuf", "yusuf"),
            ("Sunita", "sunita"),
            ("Zainab", "zainab"),
            ("Vijay", "vijay"),
            ("Nadia", "nadia"),
        ],
    },
    Pool {
        share: 9,
        families: &[
            ("Kowalczyk", "kowalczyk"),
            ("Wiśniewska", "wisniewska"),
            ("Łukasik", "lukasik"),
            ("Popescu", "popescu"),
            ("Ștefănescu", "stefanescu"),
            ("Novák", "novak"),
            ("Žukauskas", "zukauskas"),
        ],
        givens: &[
            ("Agnieszka", "agnieszka"),
            ("Łukasz", "lukasz"),
            ("Małgorzata", "malgorzata"),
            ("Ioana", "ioana"),
            ("Ștefan", "stefan"),
            ("Zdeněk", "zdenek"),
            ("Rūta", "ruta"),
        ],
    },
    Pool {
        share: 7,
        families: &[
            ("Adeyemi", "adeyemi"),
            ("Ọláyínká", "olayinka"),
            ("Mensah", "mensah"),
            ("Nwosu", "nwosu"),
            ("Abdi", "abdi"),
            ("Haile", "haile"),
        ],
        givens: &[
            ("Chidinma", "chidinma"),
            ("Kwame", "kwame"),
            ("Ọlá", "ola"),
            ("Hodan", "hodan"),
            ("Selam", "selam"),
            ("Tobi", "tobi"),
        ],
    },
    Pool {
        share: 5,
        families: &[
            ("Nguyễn", "nguyen"),
            ("Trần", "tran"),
            ("Müller", "mueller"),
            ("García Núñez", "garcianunez"),
            ("da Silva", "dasilva"),
            ("van der Berg", "vanderberg"),
            ("Jørgensen", "joergensen"),
        ],
        givens: &[
            ("Thảo", "thao"),
            ("Minh", "minh"),
            ("Jürgen", "juergen"),
            ("Inés", "ines"),
            ("João", "joao"),
            ("Saskia", "saskia"),
            ("Søren", "soeren"),
        ],
    },
    Pool {
        share: 4,
        families: &[("Шевченко", "shevchenko"), ("Іваненко", "ivanenko"), ("Παπαδόπουλος", "papadopoulos")],
        givens: &[("Олена", "olena"), ("Тарас", "taras"), ("Μαρία", "maria"), ("Γιώργος", "giorgos")],
    },
    Pool {
        share: 3,
        families: &[("الأحمد", "alahmad"), ("حداد", "haddad"), ("رضایی", "rezaei")],
        givens: &[("فاطمة", "fatima"), ("يوسف", "yousef"), ("ليلى", "layla"), ("کیان", "kian")],
    },
    Pool {
        share: 2,
        families: &[("王", "wang"), ("陳", "chan"), ("김", "kim"), ("ਗਿੱਲ", "gill"), ("তালুকদার", "talukdar")],
        givens: &[
            ("小明", "xiaoming"),
            ("美玲", "meiling"),
            ("지우", "jiwoo"),
            ("ਗੁਰਲੀਨ", "gurleen"),
            ("রাহুল", "rahul"),
        ],
    },
];

/// People with one name, which then is the family name.
pub(super) const SINGLE_NAMES: &[Name] =
    &[("Sukarno", "sukarno"), ("Tenzin", "tenzin"), ("Zaw", "zaw"), ("مریم", "maryam")];
