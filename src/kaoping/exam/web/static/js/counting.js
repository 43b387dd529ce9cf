// How long a text is, told while one writes: Chinese characters, and words of other scripts (as `content.READ` counts).
const READ = /[\u3400-\u9fff]|(?:(?![\u3400-\u9fff_])[\p{L}\p{N}])+(?:[.'\u2019-](?:(?![\u3400-\u9fff_])[\p{L}\p{N}])+)*/gu;

export const lengthOf = (text) => (text.match(READ) ?? []).length;

export function tellLength(area) {
  const place = document.getElementById(area.getAttribute("aria-describedby")).querySelector("[data-length]");
  const count = lengthOf(area.value);
  const least = Number(place.dataset.least ?? 0);
  const most = Number(place.dataset.most ?? Infinity);
  place.textContent = place.dataset.words.replace("{count}", count);
  place.classList.toggle("k-warn", count > 0 && (count < least || count > most));
}
