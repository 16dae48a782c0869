// A table of plain words with buttons that know which row they belong to, however rows move.
const SURE_FOR_MS = 4000;

class Ledger {
  constructor(root) {
    this.root = root;
    this.sure = null; // the row and deed that wait for a second press
    root.addEventListener("click", (event) => this.press(event.target.closest("button")));
    root.addEventListener("keydown", (event) => this.type(event));
  }

  show(data) {
    this.data = data;
    const isTyping = this.root.getRootNode().activeElement?.matches?.("input");
    if (isTyping) return; // the next look shows what is new
    toggle(this.root, "none", !data.rows.length);
    fill(this.root, "none", data.none);
    toggle(this.root, "table", data.rows.length > 0);
    const names = data.columns.map((column) => line("th", column.name, column.kind));
    this.root.querySelector("[data-ref=head]").replaceChildren(...names, ...this.last(line("th", "")));
    this.root.querySelector("[data-ref=body]").replaceChildren(...data.rows.map((row) => this.row(row)));
  }

  row(row) {
    const made = document.createElement("tr");
    made.dataset.id = row.id;
    const cells = row.cells.map((words, place) => this.cell(words, this.data.columns[place].kind));
    const does = document.createElement("td");
    does.className = "does";
    for (const name of row.does) does.append(...this.deed(row.id, this.data.deeds[name], name));
    made.append(...cells, ...this.last(does));
    return made;
  }

  // The column of deeds, which a table that is only read has not.
  last(cell) { return Object.keys(this.data.deeds).length ? [cell] : []; }

  cell(words, kind) {
    const made = line("td", kind === "picture" ? "" : words, kind);
    made.dir = "auto";
    if (kind === "picture" && words) made.append(Object.assign(document.createElement("img"), { src: words, alt: "", loading: "lazy" }));
    return made;
  }

  deed(id, deed, name) {
    const isSure = this.sure === `${id} ${name}`;
    const button = line("button", isSure ? deed.sure : deed.words);
    Object.assign(button, { type: "button" });
    Object.assign(button.dataset, { does: name, sure: String(isSure) });
    if (!isSure || !deed.asks) return [button];
    return [Object.assign(document.createElement("input"), { placeholder: deed.asks, maxLength: 300 }), button];
  }

  press(button) {
    if (!button) return;
    const id = button.closest("tr").dataset.id;
    const name = button.dataset.does;
    const deed = this.data.deeds[name];
    const reason = button.closest("td").querySelector("input")?.value.trim() ?? "";
    const isReady = !deed.sure || button.dataset.sure === "true";
    if (isReady && (!deed.asks || reason)) {
      this.settle(null);
      this.send("act", { does: name, id, reason });
    } else {
      this.settle(`${id} ${name}`);
      const again = this.root.querySelector("input") ?? this.root.querySelector("button[data-sure=true]");
      again?.focus();
    }
  }

  type(event) {
    if (event.target.tagName !== "INPUT") return;
    if (event.key === "Enter") this.press(event.target.closest("td").querySelector("button[data-sure=true]"));
    if (event.key === "Escape") this.settle(null);
  }

  settle(sure) {
    this.sure = sure;
    clearTimeout(this.timer);
    this.root.getRootNode().activeElement?.blur?.();
    this.show(this.data);
    const deed = sure && this.data.deeds[sure.slice(sure.lastIndexOf(" ") + 1)];
    if (sure && !deed.asks) this.timer = setTimeout(() => this.settle(null), SURE_FOR_MS);
  }
}

export default function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".ledger");
  const ledger = (root.ledger ??= new Ledger(root));
  ledger.send = teller(setTriggerValue);
  ledger.show(data);
}
