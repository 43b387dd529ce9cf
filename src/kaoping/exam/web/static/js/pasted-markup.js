// Turns pasted HTML, such as Word's, into the Markdown of items: emphasis, lists, tables, sub- and superscript stay;
// styles, comments, scripts, office elements and pictures do not. The HTML is parsed without being shown or run.
const DROPPED = new Set(["STYLE", "SCRIPT", "TITLE", "META", "LINK", "XML", "OBJECT", "IFRAME", "SVG", "IMG", "O:P", "HEAD", "NOSCRIPT", "TEMPLATE"]);
const BLOCKS = new Set(["P", "DIV", "H1", "H2", "H3", "H4", "H5", "H6", "BLOCKQUOTE", "SECTION", "ARTICLE", "UL", "OL", "TABLE"]);
const MARKS = { B: "**", STRONG: "**", I: "*", EM: "*", SUB: "~", SUP: "^" };

export function markdownOf(html) {
  const body = new DOMParser().parseFromString(disarmed(html), "text/html").body;
  return blocks(body).join("\n\n").replace(/(\n- [^\n]*|\n\d+\. [^\n]*)\n\n(?=\s*(- |\d+\. ))/g, "$1\n").trim();
}

// The page's policy would complain of styles and handlers even in a document that is only read: they get other names.
function disarmed(html) {
  const rename = (tag) => tag.replace(/\sstyle\s*=/gi, " data-style=").replace(/\son[a-z]+\s*=/gi, " data-on=");
  return html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/<[a-z][^>]*>/gi, rename);
}

function blocks(parent) {
  const found = [];
  let line = "";
  const close = () => {
    if (line.trim()) found.push(tidy(line));
    line = "";
  };
  for (const node of parent.childNodes) {
    if (node.nodeType === Node.ELEMENT_NODE && BLOCKS.has(node.tagName)) {
      close();
      found.push(...block(node));
    } else line += inline(node);
  }
  close();
  return joinedLists(found);
}

function block(node) {
  if (node.tagName === "TABLE") return [table(node)].filter(Boolean);
  if (node.tagName === "UL" || node.tagName === "OL") return [list(node, 0)].filter(Boolean);
  const item = wordListItem(node);
  return item ? [item] : blocks(node);
}

// Word writes lists as paragraphs with their mark as text: "mso-list:l0 level1", and the mark in "mso-list:Ignore".
function wordListItem(node) {
  const level = /mso-list:[^;]*level(\d)/.exec(node.getAttribute("data-style") ?? "")?.[1];
  if (!level) return null;
  const mark = [...node.querySelectorAll("[data-style]")].find((one) => /mso-list:\s*Ignore/.test(one.getAttribute("data-style")));
  const ordered = /^[\s(（]*[0-9a-zA-Z一-十]+[.)、）．]/.test(mark?.textContent ?? "");
  return `${"   ".repeat(level - 1)}${ordered ? "1." : "-"} ${tidy(children(node)).replaceAll("\n", " ")}`;
}

// Entries that follow each other are one list, numbered through.
function joinedLists(found) {
  const joined = [];
  let count = 0;
  for (const one of found) {
    const ordered = /^1\. /.test(one) && !one.includes("\n");
    const entry = ordered || /^\s*(- |1\. )/.test(one);
    count = ordered ? count + 1 : entry ? count : 0;
    const written = ordered ? one.replace(/^1\./, `${count}.`) : one;
    const before = joined.at(-1);
    if (entry && before !== undefined && /^\s*(- |\d+\. )/.test(before)) joined[joined.length - 1] = `${before}\n${written}`;
    else joined.push(written);
  }
  return joined;
}

function list(node, depth) {
  let number = 0;
  return [...node.children].filter((child) => child.tagName === "LI").map((child) => {
    number += 1;
    const nested = [...child.children].filter((inner) => inner.tagName === "UL" || inner.tagName === "OL");
    const mark = node.tagName === "OL" ? `${number}.` : "-";
    const own = tidy(children(child, nested)).replaceAll("\n", " ");
    return [`${"   ".repeat(depth)}${mark} ${own}`, ...nested.map((inner) => list(inner, depth + 1))].join("\n");
  }).join("\n");
}

function table(node) {
  const rows = [...node.rows].map((row) => [...row.cells].map((cell) => tidy(children(cell)).replaceAll("\n", " ").replaceAll("|", "\\|")));
  const width = Math.max(0, ...rows.map((row) => row.length));
  if (!width) return "";
  const written = rows.map((row) => `| ${[...row, ...Array(width - row.length).fill("")].join(" | ")} |`);
  return [written[0], `|${" --- |".repeat(width)}`, ...written.slice(1)].join("\n");
}

function children(node, without = []) {
  return [...node.childNodes].filter((child) => !without.includes(child)).map(inline).join("");
}

function inline(node) {
  if (node.nodeType === Node.TEXT_NODE) return escaped(node.nodeValue.replace(/\s+/g, " "));
  if (node.nodeType !== Node.ELEMENT_NODE || DROPPED.has(node.tagName)) return "";
  if (node.tagName === "BR") return "\n";
  const style = node.getAttribute("data-style") ?? "";
  if (/mso-list:\s*Ignore|display:\s*none|mso-hide/.test(style)) return "";
  const text = children(node) + (BLOCKS.has(node.tagName) ? "\n" : "");
  return marked(text, mark(node, style));
}

function mark(node, style) {
  if (/font-weight:\s*(normal|400)/.test(style)) return ""; // some programs wrap everything in such a <b>
  if (MARKS[node.tagName]) return MARKS[node.tagName];
  if (/vertical-align:\s*sub/.test(style)) return "~";
  if (/vertical-align:\s*super/.test(style)) return "^";
  if (/font-weight:\s*(bold|[6-9]00)/.test(style)) return "**";
  return /font-style:\s*italic/.test(style) ? "*" : "";
}

// Marks stand close to the words: white space stays outside of them.
function marked(text, sign) {
  if (!sign || !text.trim()) return text;
  const [, before, words, after] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text);
  return `${before}${sign}${words}${sign}${after}`;
}

function escaped(text) {
  return text.replace(/[\\*$<`]/g, "\\$&");
}

function tidy(text) {
  return text.replaceAll("\u00a0", " ").replace(/ *\n */g, "\n").replace(/ {2,}/g, " ").trim();
}
