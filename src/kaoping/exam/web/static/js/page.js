// What every page may need: dialogs, the phone menu, copying, the reader's display, the summary of errors.
for (const opener of document.querySelectorAll("[data-opens]")) {
  opener.addEventListener("click", () => {
    opener.closest("dialog")?.close();
    document.getElementById(opener.dataset.opens).showModal();
  });
}
for (const closer of document.querySelectorAll("[data-closes]")) {
  closer.addEventListener("click", () => closer.closest("dialog").close());
}
document.querySelector("dialog[data-open-now]")?.showModal();

// The choice shows at once; the server keeps it and renders it on the next page (a form without script does the same).
const attributes = { theme: "data-bs-theme", contrast: "data-contrast", text: "data-text" };
for (const form of document.querySelectorAll("form[data-display]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { name, value } = event.submitter;
    const body = new FormData(form, event.submitter);
    document.documentElement.setAttribute(attributes[name], value);
    for (const other of form.querySelectorAll(`[name="${name}"]`)) other.setAttribute("aria-pressed", other.value === value);
    await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  });
}
for (const copier of document.querySelectorAll("[data-copy]")) {
  copier.addEventListener("click", async () => {
    await navigator.clipboard.writeText(copier.dataset.copy);
    copier.querySelector("span").textContent = copier.dataset.copied;
  });
}
// A file that is too large is refused before anything is sent, so that nothing else in the form is lost.
for (const field of document.querySelectorAll("input[type=file][data-most]")) {
  const complaint = Object.assign(document.createElement("div"), { className: "invalid-feedback", role: "alert" });
  field.addEventListener("change", () => {
    const bytes = field.files[0]?.size ?? 0;
    const large = bytes > Number(field.dataset.most);
    if (large) field.value = "";
    field.classList.toggle("is-invalid", large);
    complaint.textContent = field.dataset.tooLarge.replace("{megabytes}", (bytes / 2 ** 20).toFixed(1));
    if (large) field.after(complaint);
    else complaint.remove();
  });
}
for (const printer of document.querySelectorAll("[data-print]")) printer.addEventListener("click", () => window.print());

const menu = document.querySelector("[data-menu]");
menu?.addEventListener("click", () => {
  const open = menu.getAttribute("aria-expanded") !== "true";
  menu.setAttribute("aria-expanded", open);
  document.getElementById(menu.getAttribute("aria-controls")).toggleAttribute("data-open", open);
});
document.querySelector(".k-errors")?.focus();
