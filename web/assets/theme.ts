// Sets the chosen theme before the first paint. Without a choice the style sheet follows the system.
const chosen = (() => {
  try {
    return localStorage.getItem("rollcall-theme");
  } catch {
    return null; // storage is switched off: follow the system
  }
})();
if (chosen === "light" || chosen === "dark") {
  document.documentElement.dataset["theme"] = chosen;
}
