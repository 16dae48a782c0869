// Two labels that differ, side by side; the reviewer takes one or writes a third.
const DOCKET_KEYS = { "Alt+1": "first", "Alt+2": "second", "Ctrl+Enter": "own", "Alt+S": "later", "Alt+Z": "undo" };

class Docket {
  constructor(root) {
    this.root = root;
    this.viewer = new Viewer(root.querySelector("[data-ref=stage]"));
    this.onKey = onShortcut(DOCKET_KEYS, (name) => this.act(name));
    this.onLook = (event) => this.look(event);
    root.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button?.dataset.look) LOOK_KEYS[button.dataset.look](this.viewer);
      else if (button?.dataset.does) this.act(button.dataset.does);
    });
  }

  wake() {
    document.addEventListener("keydown", this.onKey, true);
    document.addEventListener("keydown", this.onLook, true);
  }

  rest() {
    document.removeEventListener("keydown", this.onKey, true);
    document.removeEventListener("keydown", this.onLook, true);
  }

  look(event) {
    const move = event.altKey && !event.ctrlKey && LOOK_KEYS[event.code];
    if (!move) return;
    event.preventDefault();
    move(this.viewer);
  }

  field(name) { return this.root.querySelector(`[data-ref=${name}]`); }

  show(data) {
    this.root.dataset.busy = "false";
    const dispute = data.dispute;
    toggle(this.root, "work", Boolean(dispute));
    toggle(this.root, "empty", !dispute);
    for (const ref of ["notice", "empty-notice"]) {
      toggle(this.root, ref, Boolean(data.notice));
      fill(this.root, ref, data.notice).dataset.good = String(data.is_good);
    }
    fill(this.root, "empty-why", data.reason);
    fill(this.root, "counts", data.counts);
    this.fillChoices(data);
    if (dispute && dispute.visit !== this.visit) this.begin(dispute);
    this.visit = dispute?.visit;
  }

  fillChoices(data) {
    if (this.field("category").options.length) return;
    this.field("category").append(...data.categories.map((name) => new Option(name, name)));
    this.field("verdict").append(new Option("there is an answer", "answer"), ...data.marks.map((mark) => new Option(mark.words, mark.value)));
  }

  begin(dispute) {
    Object.assign(this, { itemId: dispute.id, key: dispute.key });
    this.viewer.show(dispute.picture, "The picture that the question is about");
    for (const ref of ["question", "said", "differs", "first", "second"]) fill(this.root, ref, dispute[ref]);
    fill(this.root, "first-sorted", dispute.first_sorted);
    fill(this.root, "second-sorted", dispute.second_sorted);
    this.field("text").value = "";
    this.field("category").value = dispute.category;
    this.field("verdict").value = "answer";
    this.field("text").focus({ preventScroll: true });
  }

  act(name) {
    if (this.root.dataset.busy === "true") return;
    this.root.dataset.busy = "true";
    setTimeout(() => { this.root.dataset.busy = "false"; }, 15_000);
    const typed = { text: this.field("text").value, category: this.field("category").value, verdict: this.field("verdict").value };
    this.send("decide", { does: name, item: this.itemId, key: this.key, ...typed });
  }
}

export default function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".docket");
  const docket = (root.docket ??= new Docket(root));
  docket.send = teller(setTriggerValue);
  docket.wake();
  docket.show(data);
  return () => docket.rest();
}
