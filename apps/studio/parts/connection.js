// Whether the studio answers. Streamlit lays a box over the page that takes the keyboard away from
// whoever types, again with every try; the box is closed, and the desk says it in a line.
const BOX = "[data-testid=stDialog]";
const BOX_SAYS = "Connection error";
const LOOK_EVERY_MS = 1000;

class Connection {
  constructor({ onLost, onBack }) {
    Object.assign(this, { onLost, onBack, isLost: false });
    this.watcher = new MutationObserver(() => this.closeBox());
  }

  wake() { this.watcher.observe(document.body, { childList: true, subtree: true }); }

  rest() {
    this.watcher.disconnect();
    clearInterval(this.pulse);
    this.isLost = false;
  }

  closeBox() {
    const box = [...document.querySelectorAll(BOX)].find((shown) => shown.textContent.includes(BOX_SAYS));
    if (!box) return;
    box.querySelector("button")?.click();
    if (!this.isLost) this.pulse = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.isLost = true;
    requestAnimationFrame(this.onLost); // once the box has let go of the keyboard
  }

  async look() {
    const isBack = await fetch("/healthz").then((answer) => answer.ok, () => false);
    if (!isBack || !this.isLost) return;
    clearInterval(this.pulse);
    this.isLost = false;
    this.onBack();
  }
}
