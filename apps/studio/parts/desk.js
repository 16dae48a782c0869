// The labeler's desk: shows what the page gives it, keeps the draft, tells the page what was done.
const DRAFT_AFTER_MS = 400;
const HEARTBEAT_MS = 30_000;
const AWAY_AFTER_MS = 10 * 60_000; // nobody touches anything: the question goes to somebody else
const ANSWER_WANTED = ["What is right", "One or two plain sentences about the picture"];
const NOTE_WANTED = ["A note, if it helps", "Why there is no answer; may stay empty"];
const NO_CONNECTION = "The studio does not answer. Keep this page open and go on typing; it tries again by itself.";
const SHORTCUTS = {
  "Ctrl+Enter": "save", "Alt+S": "skip", "Alt+Z": "undo", "Alt+C": "category", "Alt+H": "help",
  "Alt+L": "refine", "Alt+A": "accept", "Alt+E": "edit", "Alt+R": "reject", "Alt+G": "again",
};

class Desk {
  constructor(root) {
    this.root = root;
    this.viewer = new Viewer(this.ref("stage"));
    this.onKey = (event) => this.handleKey(event);
    root.addEventListener("click", (event) => this.handleClick(event));
    this.refining = new Refining(root, {
      tell: (event, words) => this.tell(event, { item: this.itemId, ...words }),
      notify: (words) => this.notify(words),
      touchText: () => this.ref("text").focus({ preventScroll: true }),
    });
    this.connection = new Connection({ onLost: () => this.holdOn(), onBack: () => this.notify("") });
    root.addEventListener("focusin", (event) => { this.lastTouched = event.target; });
    this.ref("text").addEventListener("input", () => { this.refining.outdate(); this.touch(); });
    this.ref("category").addEventListener("change", () => this.touch());
    this.ref("marks").addEventListener("change", (event) => this.keepOneMark(event.target));
    this.ref("order").addEventListener("change", (event) => this.tell("order", { order: event.target.value }));
    this.flush = () => this.saveDraft(true);
    this.onTouch = () => { this.touchedAt = Date.now(); };
    this.onTouch();
  }

  ref(name) { return this.root.querySelector(`[data-ref=${name}]`); }

  wake() {
    this.connection.wake();
    document.addEventListener("keydown", this.onKey, true);
    window.addEventListener("pagehide", this.flush);
    for (const kind of ["pointermove", "keydown"]) document.addEventListener(kind, this.onTouch, { passive: true });
    this.pulse ??= setInterval(() => this.beat(), HEARTBEAT_MS);
  }

  rest() {
    this.connection.rest();
    clearInterval(this.pulse);
    this.pulse = null;
    for (const kind of ["pointermove", "keydown"]) document.removeEventListener(kind, this.onTouch);
    document.removeEventListener("keydown", this.onKey, true);
    window.removeEventListener("pagehide", this.flush);
    this.flush();
  }

  // No connection: what is typed goes on where it was typed.
  holdOn() {
    this.notify(NO_CONNECTION);
    this.lastTouched?.focus({ preventScroll: true });
  }

  async beat() {
    if (!this.itemId || Date.now() - this.touchedAt > AWAY_AFTER_MS) return;
    const item = this.itemId;
    const { outcome, why } = await post("/desk/heartbeat", { item });
    if (outcome === "lost" && item === this.itemId) this.notify(why);
  }

  notify(words, isGood = false) {
    toggle(this.root, "notice", Boolean(words));
    fill(this.root, "notice", words).dataset.good = String(isGood);
  }

  show(data) {
    this.isBusy = false;
    this.root.dataset.busy = "";
    const item = data.item;
    const isNews = !item && this.itemId !== null;
    toggle(this.root, "work", Boolean(item));
    toggle(this.root, "empty", !item);
    if (!item) {
      this.itemId = null;
      this.visit = null;
      this.isChanged = false;
      fill(this.root, "empty-why", data.reason);
      fill(this.root, "empty-counts", data.counts);
      toggle(this.root, "empty-notice", Boolean(data.notice));
      fill(this.root, "empty-notice", data.notice).dataset.good = String(data.is_good);
      if (isNews) this.root.querySelector("[data-does=look]").focus();
      return;
    }
    if (item.visit !== this.visit) this.begin(item, data);
    else if (data.notice) this.touch(); // what was refused is still a draft
    fill(this.root, "counts", data.counts);
    this.ref("order").value = data.order;
    this.notify(data.notice, data.is_good);
    if (this.asked !== data.asked) this.refining.show(data.refinement);
    this.asked = data.asked;
  }

  begin(item, data) {
    Object.assign(this, { visit: item.visit, itemId: item.id, key: item.key, isChanged: false, isTouched: false });
    this.viewer.show(item.picture, "The picture that the question is about");
    fill(this.root, "question", item.question);
    fill(this.root, "said", item.answer);
    fill(this.root, "verdict", item.verdict);
    fill(this.root, "suggested", item.suggested);
    this.fillChoices(data);
    this.ref("text").value = item.draft.text;
    this.ref("category").value = item.draft.category;
    for (const box of this.root.querySelectorAll("[name=mark]")) box.checked = box.value === item.draft.verdict;
    this.showMark();
    fill(this.root, "saved", item.draft.is_kept && this.hasWords() ? "your draft" : "");
    this.ref("text").focus({ preventScroll: true });
  }

  fillChoices(data) {
    if (this.ref("category").options.length) return;
    this.ref("category").append(new Option("Choose one …", ""), ...data.categories.map((name) => new Option(name, name)));
    this.ref("order").append(...data.orders.map((order) => new Option(order.words, order.value)));
    data.marks.forEach((mark, place) => {
      const label = document.createElement("label");
      const box = Object.assign(document.createElement("input"), { type: "checkbox", name: "mark", value: mark.value });
      label.append(box, line("span", mark.words), line("kbd", `Alt ${place + 1}`));
      this.ref("marks").append(label);
    });
    this.marks = data.marks.map((mark) => mark.value);
  }

  mark() { return this.root.querySelector("[name=mark]:checked")?.value ?? "answer"; }

  setMark(value) {
    const chosen = this.root.querySelector(`[name=mark][value=${value}]`);
    chosen.checked = !chosen.checked;
    this.keepOneMark(chosen);
  }

  keepOneMark(chosen) {
    for (const box of this.root.querySelectorAll("[name=mark]")) box.checked &&= box === chosen;
    this.showMark();
    this.touch();
  }

  showMark() {
    const isMarked = this.mark() !== "answer";
    this.root.dataset.marked = String(isMarked);
    const [wanted, hint] = isMarked ? NOTE_WANTED : ANSWER_WANTED;
    fill(this.root, "wanted", wanted);
    this.ref("text").placeholder = hint;
  }

  entry() {
    return { item: this.itemId, text: this.ref("text").value, category: this.ref("category").value, verdict: this.mark() };
  }

  // Whether there is a draft to speak of: a category alone is kept too, but nobody's words.
  hasWords() { return Boolean(this.ref("text").value.trim()) || this.mark() !== "answer"; }

  touch() {
    this.isChanged = this.isTouched = true;
    fill(this.root, "saved", "");
    this.timer ??= setTimeout(() => this.saveDraft(false), DRAFT_AFTER_MS);
  }

  async saveDraft(isLeaving) {
    clearTimeout(this.timer);
    this.timer = null;
    if (!this.isChanged || !this.itemId) return;
    this.isChanged = false;
    const visit = this.visit;
    const { outcome, why } = await post("/desk/draft", this.entry(), isLeaving);
    if (visit !== this.visit || this.isBusy) return;
    if (outcome === "lost") return this.notify(why);
    if (outcome === "failed") this.touch();
    else if (this.isChanged) return;
    if (outcome === "failed") return fill(this.root, "saved", "draft NOT saved: no connection");
    fill(this.root, "saved", this.hasWords() ? "draft saved" : "");
  }

  handleKey(event) {
    const shortcut = shortcutOf(event);
    const look = event.altKey && !event.ctrlKey && LOOK_KEYS[event.code];
    const digit = /^Alt\+[1-9]$/.test(shortcut) ? Number(shortcut.slice(4)) : 0;
    if (shortcut === "Escape") return;
    if (!look && !digit && !SHORTCUTS[shortcut]) return;
    event.preventDefault();
    event.stopPropagation();
    if (look) look(this.viewer);
    else if (digit) this.marks?.[digit - 1] && this.itemId && this.setMark(this.marks[digit - 1]);
    else this.act(SHORTCUTS[shortcut]);
  }

  handleClick(event) {
    const button = event.target.closest("button");
    if (button?.dataset.look) LOOK_KEYS[button.dataset.look](this.viewer);
    else if (button?.dataset.does) this.act(button.dataset.does);
  }

  act(name) {
    if (name === "help") return this.toggleHelp();
    if (this.isBusy) return;
    if (name === "look") return this.tell(name, {});
    if (name === "undo") return this.tell(name, { ...this.entry(), is_touched: this.isTouched });
    if (!this.itemId) return;
    if (name === "category") return this.swapFocus();
    if (name === "refine" || name === "again") return this.refining.ask(this.ref("text").value);
    if (["accept", "edit", "reject", "sure"].includes(name)) return this.refining.decide(name);
    this.tell(name, { ...this.entry(), key: this.key, is_touched: this.isTouched, refinement: this.refining.keptId() });
  }

  tell(event, words) {
    // The draft goes with the event, so a timer that fires later must not bring it back.
    if (["save", "skip", "undo"].includes(event)) {
      clearTimeout(this.timer);
      this.timer = null;
      this.isChanged = false;
    }
    this.isBusy = !["refine", "judge"].includes(event);
    this.root.dataset.busy = this.isBusy ? event : "";
    clearTimeout(this.patience);
    this.patience = setTimeout(() => { this.isBusy = false; this.root.dataset.busy = ""; }, 15000);
    this.send(event, words);
  }

  swapFocus() {
    const active = this.root.getRootNode().activeElement;
    this.ref(active === this.ref("category") ? "text" : "category").focus();
  }

  toggleHelp() {
    const help = this.ref("help");
    if (help.open) help.close();
    else help.showModal();
  }
}

// Tells whether the server still holds the question for this account: "held", "lost" (and why) or "failed".
async function post(address, words, isLeaving = false) {
  try {
    const answer = await fetch(address, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(words), keepalive: isLeaving,
    });
    if (!answer.ok) return { outcome: "failed" };
    const told = await answer.json();
    return { outcome: told.is_held ? "held" : "lost", why: told.why };
  } catch {
    return { outcome: "failed" };
  }
}

export default function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".desk");
  const desk = (root.desk ??= new Desk(root));
  desk.send = teller(setTriggerValue);
  desk.wake();
  desk.show(data);
  return () => desk.rest();
}
