// Aids for writing Markdown: a bar of marks over a field, shortcuts with a modifier, pasting from Word, pictures.
// No shortcut is a single character (WCAG 2.1.4), and none takes Alt, which screen readers and menus use.
import { markdownOf } from "./pasted-markup.js";

const PAIRS = { bold: ["**", "**"], italic: ["*", "*"], sub: ["~", "~"], sup: ["^", "^"], formula: ["$", "$"] };
const PIECES = { blank: "____", list: "\n- \n- ", table: "\n|  |  |\n| --- | --- |\n|  |  |\n" };
const SHORTCUTS = { b: "bold", i: "italic", m: "formula" };

// Typing through the browser keeps its undo; a browser that does not know how to gets the text set.
function type(field, text) {
  field.focus();
  if (document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

function put(field, kind) {
  if (PIECES[kind]) return type(field, PIECES[kind]);
  const [before, after] = PAIRS[kind];
  const { selectionStart: start, selectionEnd: end } = field;
  type(field, before + field.value.slice(start, end) + after);
  field.setSelectionRange(start + before.length, end + before.length);
}

function takesMarkdown(field) {
  return field.matches?.("textarea[lang], input[name=options]") && !field.readOnly;
}

export function aidWriting(form, { help, pictures }) {
  for (const bar of form.querySelectorAll("[data-marks]")) {
    bar.hidden = false;
    bar.addEventListener("click", (event) => {
      const button = event.target.closest("[data-mark]");
      if (button) put(document.getElementById(bar.dataset.marks), button.dataset.mark);
    });
  }
  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing) return;
    const key = event.key.toLowerCase();
    if (key === "s") press(event, form, "save");
    else if (key === "enter" && form.contains(event.target)) press(event, form, "submit");
    else if (key === "/") {
      event.preventDefault();
      if (!help.open) help.showModal();
    } else if (SHORTCUTS[key] && !event.shiftKey && takesMarkdown(event.target)) {
      event.preventDefault();
      put(event.target, SHORTCUTS[key]);
    }
  });
  form.addEventListener("paste", (event) => {
    if (!takesMarkdown(event.target)) return;
    const file = pictureIn(event.clipboardData);
    const html = event.clipboardData.getData("text/html");
    if (html) {
      event.preventDefault();
      const markdown = markdownOf(html);
      type(event.target, event.target.tagName === "INPUT" ? markdown.replace(/\s*\n\s*/g, " ") : markdown);
    } else if (file) {
      event.preventDefault();
      pictures(file, event.target.name);
    }
  });
  form.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  form.addEventListener("drop", (event) => {
    const file = event.dataTransfer.files[0];
    if (!file) return;
    event.preventDefault();
    pictures(file, event.target.name);
  });
}

function press(event, form, act) {
  event.preventDefault();
  form.requestSubmit([...form.querySelectorAll(`[name=act][value=${act}]`)].at(-1));
}

function pictureIn(data) {
  return [...data.files].find((file) => file.type.startsWith("image/"));
}
