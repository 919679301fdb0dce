// Starts the app, and stands by when it cannot start or breaks. Plain JavaScript, since it must work when the app does
// not. It is an external file because the Content-Security-Policy allows no inline script.
(() => {
  "use strict";

  // The theme, before the first paint. src/layout/theme.rs writes it.
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is refused: the system's theme it is.
  }

  // Leptos makes elements from its own templates by innerHTML. This is the one way in, and it takes no markup that
  // could run anything. There is no createScript and no createScriptURL, so those stay closed. Before an attribute stands a
  // space, or what browsers take for one: a slash, or the end of a value or of a tag before it.
  const dangerous = /<script|<iframe|<object|<embed|<base|[\s/"'>]on[a-z]+\s*=|javascript:|srcdoc/i;
  globalThis.trustedTypes?.createPolicy("default", {
    createHTML: (html) => {
      if (dangerous.test(html)) throw new TypeError("Markup that could run code was refused.");
      return html;
    },
  });

  const scriptName = () => document.querySelector("meta[name=app]")?.content ?? "";
  const build = () => scriptName().replace(/^.*\//, "").replace(/\.js$/, "").replace(/[^\w-]/g, "").slice(-64);
  const clean = (location) => location.replace(/[^\w./:-]/g, "").slice(-200);

  const report = (kind, location) => {
    fetch("/api/v1/client-reports", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ kind, location: clean(location), build: build() }),
      keepalive: true,
    }).catch(() => {
      // The server cannot be reached: then nobody can be told.
    });
  };

  const showFault = () => {
    const dialog = document.getElementById("fault");
    if (!dialog || dialog.open) return;
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    document.getElementById("fault-reload")?.addEventListener("click", () => location.reload());
    dialog.showModal();
  };

  // src/browser.rs sends it.
  addEventListener("app-fault", (event) => {
    const [kind, location] = event.detail;
    report(kind, location);
    if (kind === "panic") showFault();
  });

  // A page that comes back from the browser's cache could show what a former user saw: it is put there unseen, and loaded
  // anew.
  addEventListener("pagehide", (event) => {
    if (event.persisted) document.documentElement.hidden = true;
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });

  // A panel stays open over the page that one of its own links leads to: the browser closes it on clicks elsewhere alone.
  addEventListener("click", (event) => event.target.closest?.("[popover] a")?.closest("[popover]").hidePopover());

  const start = async () => {
    const app = document.querySelector("meta[name=app]");
    const { default: init } = await import(app.content);
    await init({ module_or_path: app.dataset.wasm });
  };

  addEventListener("DOMContentLoaded", () => {
    start().catch((error) => {
      // A panic while starting has shown itself already.
      if (document.getElementById("fault")?.open) return;
      const title = document.getElementById("fault-title");
      const text = document.getElementById("fault-text");
      if (title) title.textContent = "The console did not start";
      if (text) {
        text.textContent =
          "Your browser could not load or run it. Reload the page. If the problem persists, use a current browser that allows WebAssembly.";
      }
      console.error(error);
      report("not_started", "boot.js");
      showFault();
    });
  });
})();
