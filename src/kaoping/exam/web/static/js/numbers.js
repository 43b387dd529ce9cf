// Whether a text is a number in one of the accepted units, by the rule of marking (kaoping/itembank/written_answers.py).
const NUMBER = /^[+-]?((\p{Nd}{1,3}(,\p{Nd}{3})+|\p{Nd}+)\.?\p{Nd}*|\.\p{Nd}+)([eE][+-]?\p{Nd}+)?$/u;

const narrow = (text) => text.normalize("NFKC").replace(/\s+/g, "");

export const isNumber = (text, ...units) => ["", ...units].some((unit) => isNumberIn(text, unit));

function isNumberIn(text, unit) {
  const given = narrow(text);
  const end = narrow(unit);
  const bare = end && given.endsWith(end) ? given.slice(0, -end.length) : given;
  return NUMBER.test(bare);
}
