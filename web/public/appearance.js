// Runs before the first paint, so that a dark page never flashes white.
// A file of its own: the policy forbids inline scripts.
// Afterwards it follows the system, other tabs, and the choice in the settings (event "lm-appearance").
(function () {
  var system = matchMedia("(prefers-color-scheme: dark)");
  var chosen = "system";
  function read() {
    try {
      chosen = localStorage.getItem("lm-appearance") || "system";
    } catch {
      // Storage may be blocked; the choice then lasts until the page is closed.
    }
  }
  function apply() {
    var dark = chosen === "dark" || (chosen === "system" && system.matches);
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  }
  system.addEventListener("change", apply);
  addEventListener("storage", function () {
    read();
    apply();
  });
  addEventListener("lm-appearance", function (event) {
    chosen = event.detail;
    apply();
  });
  read();
  apply();
})();
