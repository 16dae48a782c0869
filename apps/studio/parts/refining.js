// A refinement beside the expert's own words: proposed, decided on, or out of date.
const TITLES = {
  proposed: "Refined", changed: "This changes what you said", kept: "Will be saved beside your words",
  stale: "Your words changed since: refine them again, or save them as typed",
};
const GUARDED = "It changes a fact, so a key alone can't keep it. Edit it, reject it, or press “Keep it all the same”.";

class Refining {
  constructor(root, { tell, notify, touchText }) {
    Object.assign(this, { root, tell, notify, touchText, state: "none" });
    this.ref("edited").addEventListener("input", () => {
      this.isRefused = false;
      this.become(this.state);
    });
  }

  ref(name) { return this.root.querySelector(`[data-ref=${name}]`); }

  show(refinement) {
    this.refinement = refinement;
    this.isRefused = this.isSent && refinement?.is_kept === false;
    this.isSent = false;
    toggle(this.root, "asking", false);
    if (!refinement) return this.become("none");
    fill(this.root, "refined-by", refinement.model);
    this.ref("diff").replaceChildren(...refinement.diff.flatMap((part) => [diffPart(part), " "]));
    this.ref("changes").replaceChildren(...refinement.changes.map((change) => line("li", change)));
    this.ref("edited").value = refinement.edited || refinement.text;
    toggle(this.root, "edited", Boolean(refinement.edited));
    this.become(refinement.is_kept ? "kept" : "proposed");
    this.ref("refined").scrollIntoView({ block: "nearest" });
    if (this.isRefused) this.touchSure();
  }

  become(state) {
    this.state = state;
    const box = this.ref("refined");
    box.hidden = state === "none";
    if (state === "none") return;
    const isSafe = this.refinement.is_safe && !this.isRefused;
    const isGuarded = !isSafe || Boolean(this.refinement.edited);
    box.dataset.safe = String(isSafe || state === "kept");
    box.dataset.state = state;
    fill(this.root, "refined-title", TITLES[state === "proposed" && !isSafe ? "changed" : state]);
    const does = { accept: state === "proposed", sure: state === "proposed" && isGuarded, edit: state !== "stale", reject: state !== "stale", again: true };
    for (const [name, isShown] of Object.entries(does)) box.querySelector(`[data-does=${name}]`).hidden = !isShown;
    fill(this.root, "accept-words", this.isEditing() ? "Keep what I edited" : "Accept");
    box.querySelector("[data-does=accept]").hidden ||= !isSafe && !this.isEditing();
  }

  isEditing() { return !this.ref("edited").hidden; }

  // The expert typed on: what was refined is not what will be saved.
  outdate() { if (["proposed", "kept"].includes(this.state)) this.become("stale"); }

  // The refinement that a label saved now carries, if there is one.
  keptId() { return this.state === "kept" ? this.refinement.id : null; }

  ask(text) {
    if (!text.trim()) return this.notify("Type an answer first; then it can be refined.");
    this.notify("");
    this.become("none");
    toggle(this.root, "asking", true);
    fill(this.root, "asking", "Asking for a refinement; go on if you like.");
    this.tell("refine", { text });
  }

  decide(name) {
    if (!["proposed", "kept"].includes(this.state)) return;
    if (name === "edit") return this.edit();
    if (name === "reject") return this.send("rejected");
    if (name === "accept" && !this.isEditing() && !this.refinement.is_safe) {
      this.notify(GUARDED);
      return this.touchSure();
    }
    this.send(this.isEditing() ? "edited" : "accepted", name === "sure");
  }

  touchSure() { this.root.querySelector("[data-does=sure]").focus(); }

  edit() {
    toggle(this.root, "edited", true);
    this.become("proposed");
    this.ref("edited").focus();
  }

  send(outcome, isSure = false) {
    this.isSent = true;
    this.tell("judge", { refinement: this.refinement.id, outcome, edited: this.ref("edited").value, sure: isSure });
    this.touchText();
  }
}

const SIGNS = { same: ["span", ""], added: ["ins", "+"], removed: ["del", "−"] };

function diffPart(part) {
  const [tag, sign] = SIGNS[part.kind];
  const made = line(tag, part.words);
  if (sign) {
    const mark = line("b", sign);
    mark.setAttribute("aria-label", part.kind);
    made.prepend(mark);
  }
  return made;
}
