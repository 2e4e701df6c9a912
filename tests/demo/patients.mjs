// The three samples that the sandbox is filled with; see `crates/portal/src/sandbox/samples.rs`.

export const MARGARET = {
  given: 'Margaret',
  family: "O'Neill",
  born: ['14', '3', '1958'],
  mobile: '07700 900901',
  email: 'margaret.oneill@example.org',
};

export const TOMASZ = {
  given: 'Tomasz',
  family: 'Zieliński',
  born: ['27', '9', '1990'],
  mobile: '07700 900902',
  email: 'tomasz.zielinski@example.org',
};

export const AMARA = {
  given: 'Amara',
  family: 'Okafor',
  born: ['21', '6', '1994'],
  mobile: '07700 900903',
  email: 'amara.okafor@example.org',
};
