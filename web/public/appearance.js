// Runs before the first paint, so that a dark page never flashes white. A file of its own: the policy forbids inline scripts.
(function () {
  var chosen = "system";
  try {
    chosen = localStorage.getItem("lm-appearance") || "system";
  } catch {
    // Storage may be blocked; the system's appearance is used.
  }
  var dark =
    chosen === "dark" ||
    (chosen === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
