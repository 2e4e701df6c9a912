// People who stand at the kiosk in these tests. Nobody in the sandbox has their names, and no two share a number.

export const ZEBEDIAH = {
  given: 'Zebediah',
  family: "Quøxley-O'Hara",
  born: ['3', '11', '1971'],
  mobile: '07700 900911',
  email: 'zebediah.quoxley@example.org',
};

export const XANTHIPPE = {
  given: 'Xanthippe',
  family: 'Wobblethwaite',
  born: ['29', '2', '1984'],
  mobile: '07700 900912',
  email: 'xanthippe.wobblethwaite@example.org',
};

/** One person for each of several runs, so that no run meets another's limits. */
export function somebody(number) {
  return {
    given: 'Ermintrude',
    family: 'Vanderplonk',
    born: ['17', '7', '1962'],
    mobile: `07700 9009${20 + number}`,
    email: `ermintrude.${number}@example.org`,
  };
}
