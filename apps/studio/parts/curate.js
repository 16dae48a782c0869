// A proposed picture and what the model says of it: approve, or reject with a reason.
const CURATE_KEYS = { "Alt+A": "approve", "Alt+R": "reject", "Alt+S": "next" };

class Curate {
  constructor(root) {
    this.root = root;
    this.viewer = new Viewer(root.querySelector("[data-ref=stage]"));
    this.onKey = onShortcut(CURATE_KEYS, (name) => this.act(name));
    root.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button?.dataset.look) LOOK_KEYS[button.dataset.look](this.viewer);
      else if (button?.dataset.does) this.act(button.dataset.does);
    });
  }

  field(name) { return this.root.querySelector(`[data-ref=${name}]`); }

  wake() { document.addEventListener("keydown", this.onKey, true); }

  rest() { document.removeEventListener("keydown", this.onKey, true); }

  show(data) {
    this.root.dataset.busy = "false";
    toggle(this.root, "notice", Boolean(data.notice));
    for (const ref of ["notice", "said", "model", "counts"]) fill(this.root, ref, data[ref]);
    this.viewer.show(data.picture, "A picture proposed as a trap");
    if (data.image !== this.image) {
      this.field("text").value = "";
      this.field("text").focus({ preventScroll: true });
    }
    this.image = data.image;
  }

  act(name) {
    if (this.root.dataset.busy === "true") return;
    const reason = this.field("text").value.trim();
    if (name === "reject" && !reason) {
      toggle(this.root, "notice", true);
      fill(this.root, "notice", "Say in a few words what is missing or wrong, then reject.");
      this.field("text").focus();
      return;
    }
    this.root.dataset.busy = "true";
    setTimeout(() => { this.root.dataset.busy = "false"; }, 15_000);
    this.send("curate", { does: name, image: this.image, reason });
  }
}

export default function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".curate");
  const curate = (root.curate ??= new Curate(root));
  curate.send = teller(setTriggerValue);
  curate.wake();
  curate.show(data);
  return () => curate.rest();
}
