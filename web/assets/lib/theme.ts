// Which theme is shown: the chosen one, else the system's.

const SYSTEM = matchMedia("(prefers-color-scheme: dark)");
const CHANGED = "rollcall-theme";

export function isDark(): boolean {
  const chosen = document.documentElement.dataset["theme"];
  return chosen ? chosen === "dark" : SYSTEM.matches;
}

/** Shows the other theme and keeps the choice for the next visit. */
export function switchTheme(): void {
  const theme = isDark() ? "light" : "dark";
  document.documentElement.dataset["theme"] = theme;
  try {
    localStorage.setItem("rollcall-theme", theme);
  } catch {
    // storage is switched off: the choice lasts until the page is left
  }
  document.dispatchEvent(new Event(CHANGED));
}

/** Calls `show` now and whenever the theme changes. */
export function followTheme(show: () => void): void {
  SYSTEM.addEventListener("change", show);
  document.addEventListener(CHANGED, show);
  show();
}
