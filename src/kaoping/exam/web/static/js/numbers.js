// Whether a text is a number in one of the accepted units, by the rule of marking (kaoping/itembank/written_answers.py).
const NUMBER = /^[+-]?(\p{Nd}+\.?\p{Nd}*|\.\p{Nd}+)(e[+-]?\p{Nd}+)?$/u;

const folded = (text) => text.normalize("NFKC").replace(/\s+/g, "").toLowerCase();

export const isNumber = (text, ...units) => ["", ...units].some((unit) => isNumberIn(text, unit));

function isNumberIn(text, unit) {
  const given = folded(text);
  const end = folded(unit);
  const bare = end && given.endsWith(end) ? given.slice(0, -end.length) : given;
  return NUMBER.test(bare.replace(/[,_]/g, ""));
}
