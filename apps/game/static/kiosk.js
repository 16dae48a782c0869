// On the kiosk's own screen, which /kiosk has marked: whoever walks away is forgotten.
// Phones and other screens never have the mark. Called by every page.
(() => {
  "use strict";
  const { _ } = gapWords;
  const isKiosk = document.cookie.split("; ").includes("gap_kiosk=1");
  if (!isKiosk) return;
  // Going back to the answer to a form would end on the browser's own page, for good.
  history.replaceState(history.state, "", location.href);
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  addEventListener("contextmenu", (event) => event.preventDefault());
  if (location.pathname === "/attract") return;
  if (location.pathname === "/wall") { // nobody's; whoever touches it wants to play
    const begin = () => location.assign("/attract");
    ["keydown", "pointerup"].forEach((name) => addEventListener(name, begin));
    return;
  }
  const IDLE_MS = 75000, ASK_MS = 15000, TELL_MS = 1000;
  const windows = new BroadcastChannel("gap-still-there"); // one visitor may have opened several
  let last = performance.now();
  let asked = null, told = -Infinity, focused = null;

  const stay = () => {
    last = performance.now();
    if (!asked) return;
    asked.remove();
    asked = null;
    if (focused) focused.focus({ preventScroll: true });
  };
  const moved = () => {
    last = performance.now();
    if (last - told > TELL_MS) { told = last; windows.postMessage("moved"); }
  };
  windows.addEventListener("message", stay);
  // What answers the question is for nothing beneath it: no verdict is given by it.
  addEventListener("keydown", (event) => {
    if (!asked) return;
    event.preventDefault();
    event.stopPropagation();
    stay();
  }, { capture: true });
  ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"].forEach((name) =>
    addEventListener(name, moved, { passive: true, capture: true }));

  const ask = () => {
    asked = document.createElement("div");
    asked.className = "still-there";
    asked.setAttribute("role", "alertdialog");
    const words = document.createElement("span");
    const button = document.createElement("button");
    words.textContent = _("Still there?");
    button.type = "button";
    button.textContent = _("Yes, go on");
    asked.append(words, button);
    asked.addEventListener("click", stay);
    focused = document.activeElement;
    document.body.append(asked);
    button.focus();
  };

  const leave = () => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = "/leave";
    document.body.append(form);
    form.submit();
  };

  setInterval(() => {
    const idle = performance.now() - last;
    if (idle > IDLE_MS + ASK_MS) { last = Infinity; leave(); }
    else if (idle > IDLE_MS && !asked) ask();
  }, 500);
})();
