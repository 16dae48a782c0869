// A picture that can be zoomed and moved; where one looks stays the same from picture to picture.
const LOOK_KEY = "gap-studio-look";

class Viewer {
  constructor(stage) {
    this.stage = stage;
    this.image = stage.querySelector("img");
    this.look = readLook();
    this.image.addEventListener("load", () => { stage.dataset.is = "shown"; });
    this.image.addEventListener("error", () => { stage.dataset.is = "missing"; });
    stage.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    stage.addEventListener("pointerdown", (event) => this.onGrab(event));
    stage.addEventListener("pointermove", (event) => this.onDrag(event));
    for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, () => { this.grip = null; });
    stage.addEventListener("dblclick", () => this.reset());
    this.apply();
  }

  show(address, description) {
    this.image.alt = description;
    if (this.image.getAttribute("src") === address) return;
    this.stage.dataset.is = "loading";
    this.image.src = address;
  }

  zoom(factor, x = 0, y = 0) {
    // (x, y) counts from the middle of the stage and stays under the pointer.
    const scale = Math.min(8, Math.max(1, this.look.scale * factor));
    const grown = scale / this.look.scale;
    this.look = { scale, x: x - (x - this.look.x) * grown, y: y - (y - this.look.y) * grown };
    this.apply();
  }

  move(dx, dy) {
    this.look = { ...this.look, x: this.look.x + dx, y: this.look.y + dy };
    this.apply();
  }

  reset() {
    this.look = { scale: 1, x: 0, y: 0 };
    this.apply();
  }

  apply() {
    const reach = (this.look.scale - 1) / 2;
    const limit = (value, side) => Math.max(-reach * side, Math.min(reach * side, value));
    const { clientWidth, clientHeight } = this.stage;
    if (clientWidth > 0) {
      this.look.x = limit(this.look.x, clientWidth);
      this.look.y = limit(this.look.y, clientHeight);
    }
    const { scale, x, y } = this.look;
    this.image.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    this.stage.dataset.zoomed = String(scale > 1);
    this.stage.querySelector("[data-ref=scale]").textContent = `${Math.round(scale * 100)}%`;
    try { sessionStorage.setItem(LOOK_KEY, JSON.stringify(this.look)); } catch { /* private window */ }
  }

  onWheel(event) {
    event.preventDefault();
    const box = this.stage.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
    this.zoom(Math.exp(-event.deltaY / 400), x, y);
  }

  onGrab(event) {
    if (event.target.closest("button")) return;
    this.grip = [event.clientX, event.clientY];
    this.stage.setPointerCapture(event.pointerId);
  }

  onDrag(event) {
    if (!this.grip) return;
    this.move(event.clientX - this.grip[0], event.clientY - this.grip[1]);
    this.grip = [event.clientX, event.clientY];
  }
}

function readLook() {
  try {
    const { scale, x, y } = JSON.parse(sessionStorage.getItem(LOOK_KEY));
    if ([scale, x, y].every(Number.isFinite)) return { scale, x, y };
  } catch { /* nothing was kept */ }
  return { scale: 1, x: 0, y: 0 };
}

const LOOK_KEYS = {
  Equal: (viewer) => viewer.zoom(1.25),
  Minus: (viewer) => viewer.zoom(0.8),
  Digit0: (viewer) => viewer.reset(),
  ArrowLeft: (viewer) => viewer.move(60, 0),
  ArrowRight: (viewer) => viewer.move(-60, 0),
  ArrowUp: (viewer) => viewer.move(0, 60),
  ArrowDown: (viewer) => viewer.move(0, -60),
};
