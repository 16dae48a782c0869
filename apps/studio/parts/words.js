// Words of players and models enter the page here, and only as text.
function fill(root, ref, words) {
  const place = root.querySelector(`[data-ref=${ref}]`);
  place.textContent = words ?? "";
  return place;
}

function toggle(root, ref, isShown) {
  root.querySelector(`[data-ref=${ref}]`).hidden = !isShown;
}

function line(tag, words, kind = "") {
  const made = document.createElement(tag);
  made.textContent = words;
  if (kind) made.className = kind;
  return made;
}

// Tells the server what a part has to tell, with the time of the press: it may arrive twice.
function teller(setTriggerValue) {
  return (event, words) => setTriggerValue(event, { ...words, pressed_ms: performance.now() });
}

// Which shortcut an event is: "Ctrl+Enter", "Alt+S"; letters by their place on the keyboard,
// because with Alt some systems type another sign.
function shortcutOf(event) {
  if (event.isComposing || event.repeat) return "";
  const isCommand = event.ctrlKey || event.metaKey;
  if (isCommand && event.key === "Enter") return "Ctrl+Enter";
  if (event.altKey && !isCommand) return `Alt+${event.code.replace(/^(Key|Digit)/, "")}`;
  return event.key === "Escape" ? "Escape" : "";
}

// Tells the page about keys; a shortcut of the table `keys` calls `act` with its name.
function onShortcut(keys, act) {
  return (event) => {
    const name = keys[shortcutOf(event)];
    if (!name) return;
    event.preventDefault();
    event.stopPropagation();
    act(name);
  };
}
