// Whether a text is a number, by the rule of marking (`number` in kaoping/itembank/marking.py).
const NUMBER = /^[+-]?(\p{Nd}+\.?\p{Nd}*|\.\p{Nd}+)(e[+-]?\p{Nd}+)?$/u;

const folded = (text) => text.normalize("NFKC").replace(/\s+/g, "").toLowerCase();

export function isNumber(text, unit = "") {
  const given = folded(text);
  const end = folded(unit);
  const bare = end && given.endsWith(end) ? given.slice(0, -end.length) : given;
  return NUMBER.test(bare.replace(/[,_]/g, ""));
}
