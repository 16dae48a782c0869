// The board in /play. It paints what the server says and sends what the player does; it decides
// nothing. All words of players and models are set as textContent. Called by the Gradio page.
(() => {
  "use strict";
  const { _, ngettext, number, together } = gapWords;
  const PAINT_MS = 250;
  const LOW_S = 15;
  const LONG_CHARS = 160; // more than this is set smaller
  const MORE_PX = 3;
  const SILENCE_MS = 9000; // the server speaks at least every few seconds while it owes an answer
  const TOUCH = matchMedia("(hover: none)");
  const CALM = matchMedia("(prefers-reduced-motion: reduce)");

  class Board {
    constructor(root, trigger) {
      this.root = root;
      this.trigger = trigger;
      this.state = null;
      this.clock = null;
      this.waitingSince = 0;
      this.lastVerdict = null;
      this.strandedAt = 0;
      this.isOver = false;
      this.find = (name) => root.querySelector('[data-ref="' + name + '"]');
      this.input = root.querySelector(".ask .field");
      this.image = root.querySelector(".picture img");
      this.figure = root.querySelector(".picture");
      this.sun = root.querySelector(".clock-sun");
      this.listen();
      setInterval(() => this.tick(), PAINT_MS);
    }

    // --- what the player does ---
    listen() {
      this.find("start").addEventListener("click", () => this.send("begin"));
      this.find("again").addEventListener("click", () => this.send("begin"));
      this.find("help").addEventListener("click", () => this.find("howto").showModal());
      this.find("ask").addEventListener("submit", (event) => { event.preventDefault(); this.ask(); });
      this.find("judge").querySelectorAll("button").forEach((button) =>
        button.addEventListener("click", () => this.judge(button.value)));
      this.image.addEventListener("load", () => this.image.classList.add("shown"));
      this.image.addEventListener("error", () => this.retryPicture());
      document.addEventListener("keydown", (event) => this.onKey(event));
      this.find("talk").addEventListener("scroll", () => this.paintMore(), { passive: true });
      this.find("more").addEventListener("click", () => this.find("talk").scrollBy({ top: this.find("talk").clientHeight * 0.8, behavior: CALM.matches ? "auto" : "smooth" }));
      this.find("earlier").addEventListener("toggle", () => this.paintMore());
      addEventListener("resize", () => this.paintMore());
      addEventListener("gaprefused", (event) => this.refused(event.detail));
    }

    onKey(event) {
      if (this.isOver) return;
      const plain = !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
      const typing = event.target.matches("input, textarea, select") && !event.target.disabled;
      const verdict = { ArrowLeft: "wrong", ArrowRight: "correct" }[event.key];
      if (!verdict || !plain || typing || event.repeat || this.find("howto").open) return;
      if (this.openTurn()) { event.preventDefault(); this.judge(verdict); }
    }

    ask() {
      const question = this.input.value.trim();
      if (!question || this.busy()) { this.input.focus(); return; }
      this.say("question", _("You: {question}", { question }));
      this.bubble("waiting", _("Looking"));
      this.find("talk").scrollTop = 0;
      this.send("ask", { question, round: this.state.round.token });
    }

    judge(verdict) {
      const turn = this.openTurn();
      if (!turn || this.busy() || performance.now() < this.judgeFrom) return;
      this.lastVerdict = verdict;
      gapSun.setMood(this.sun, verdict === "wrong" ? "startled" : "pleased");
      this.send("judge", { turn: turn.turn, verdict });
    }

    send(name, words) {
      if (this.busy() || this.isOver) return;
      this.waitingSince = performance.now();
      this.paintDock();
      this.trigger(name, words || {});
    }

    busy() { return this.waitingSince > 0; }

    openTurn() {
      const asked = this.state && this.state.round ? this.state.round.asked : [];
      const last = asked[asked.length - 1];
      return last && last.answer !== null && !last.verdict ? last : null;
    }

    // --- what the server says ---
    show(state) {
      if (!state || this.isOver || state.stamp === (this.state && this.state.stamp)) return;
      if (state.screen === "gone") { this.leave(); return; }
      if (state.screen === "unchanged") { this.showUnchanged(state); return; }
      const before = this.state;
      this.state = state;
      this.waitingSince = state.live ? performance.now() : 0;
      this.root.dataset.screen = state.screen;
      this.root.querySelectorAll(".screens > section").forEach((part) => {
        part.hidden = part.dataset.is !== state.screen;
      });
      this.say("nickname", state.nickname);
      this.paintDots();
      if (state.progress) this.paintProgress(state.progress);
      this.notify(state.notice);
      if (state.screen === "round") this.showRound(before);
      else this.clock = null;
      if (state.screen === "end" && !(before && before.screen === "end")) this.showEnd();
      if (state.screen === "lobby") this.find("start").focus({ preventScroll: true });
    }

    // The server couldn't store what was done: all stays as it is, so that it can be tried again.
    showUnchanged(news) {
      this.waitingSince = 0;
      if (!this.state) { this.strandedAt = performance.now(); }
      else { this.state.stamp = news.stamp; this.state.live = null; }
      this.notify(news.notice);
      this.paintDock();
      if (this.state && this.state.round) this.paintTalk(false);
    }

    refused({ isOver, words }) {
      if (isOver) this.leave();
      else if (words) this.showUnchanged({ stamp: this.state && this.state.stamp, notice: words });
    }

    // The server knows this player no more: nothing of them stays on the page.
    leave() {
      if (this.isOver) return;
      this.isOver = true;
      this.find("howto").close();
      this.root.querySelectorAll(".screens > section:not(.gone), .dots, .bar-name, .bar-progress, .notice").forEach((part) => part.remove());
      this.root.dataset.screen = "gone";
      this.root.querySelector(".gone").hidden = false;
      this.announce(this.root.querySelector(".gone").textContent);
      this.root.querySelector(".gone .button").focus({ preventScroll: true });
    }

    showRound(before) {
      const round = this.state.round;
      const was = before && before.round;
      const isNew = !was || was.token !== round.token;
      this.clock = { left: round.left, of: round.of, closes: round.closes_in, frozen: round.waiting, at: performance.now() };
      if (isNew) this.showPicture(round, Boolean(was));
      this.paintTalk(isNew);
      this.paintEarlier();
      const judging = Boolean(this.openTurn());
      if (judging && this.find("judge").hidden) this.judgeFrom = performance.now() + 350;
      this.paintDock();
      if (judging) this.find("judge").focus({ preventScroll: true });
      else if (!this.busy() && !round.waiting) this.readyToAsk(isNew || Boolean(was && was.asked.length), isNew);
    }

    readyToAsk(mayFocus, isNew) {
      if (isNew || !this.state.notice) this.input.value = "";
      if (mayFocus && !TOUCH.matches) this.input.focus({ preventScroll: true });
    }

    showPicture(round, slides) {
      const stamp = this.root.querySelector(".stamp");
      const swap = () => {
        this.figure.classList.remove("leaving");
        this.image.classList.remove("shown");
        this.image.src = "/picture/" + encodeURIComponent(round.token);
      };
      const marked = this.lastVerdict === "wrong";
      const said = marked ? _("Marked wrong.") : _("Time is up.");
      this.lastVerdict = null;
      if (!slides) { swap(); return; }
      stamp.textContent = said + "\n" + _("Next picture");
      this.announce(together(said, this.placeWords()));
      this.figure.classList.add("leaving");
      setTimeout(swap, CALM.matches ? 400 : 900);
    }

    retryPicture() {
      if (!this.state || !this.state.round) return;
      if (this.retried === this.state.round.token) {
        this.notify(_("The picture can't be shown. Tell the host; the next one comes when the time is up."));
        return;
      }
      this.retried = this.state.round.token;
      const address = "/picture/" + encodeURIComponent(this.retried) + "?again";
      setTimeout(() => { this.image.src = address; }, 800);
    }

    paintTalk(isNew) {
      const round = this.state.round;
      const last = round.asked[round.asked.length - 1];
      const live = this.state.live;
      if (!last || last.verdict) {
        this.say("question", "");
        this.bubble("hint", this.hint(last));
        gapSun.setMood(this.sun, last && !isNew ? "pleased" : "idle");
      } else if (last.answer === null && !(live && live.text)) {
        this.say("question", _("You: {question}", last));
        this.bubble("waiting", this.waitingWords(live));
        gapSun.setMood(this.sun, "thinking");
      } else {
        this.say("question", _("You: {question}", last));
        this.bubble("said", last.answer === null ? live.text : last.answer || _("(no words)"));
        gapSun.setMood(this.sun, "talking");
        if (last.answer !== null) this.announce(_("Answer: {answer} Left arrow for wrong, right arrow for correct.", last));
      }
    }

    hint(last) {
      const left = this.state.round.questions_left;
      if (left === 0) return _("No questions left for this picture. The next one comes when the time is up.");
      return last ? _("Marked correct. Ask me something else.") : _("Go on, ask me something.");
    }

    waitingWords(live) {
      if (!live) return _("Still answering");
      if (live.ahead > 0) return ngettext("{n} question before yours", "{n} questions before yours", live.ahead);
      return _("Looking");
    }

    paintEarlier() {
      const done = this.state.round.asked.filter((turn) => turn.verdict);
      const box = this.find("earlier");
      const list = box.querySelector("ul");
      box.hidden = done.length === 0;
      if (innerWidth >= 900 && done.length && !list.childElementCount) box.open = true;
      box.querySelector("summary").textContent = _("Marked correct so far: {n}", { n: done.length });
      list.replaceChildren(...done.reverse().map((turn) => {
        const line = document.createElement("li");
        const question = document.createElement("em");
        question.textContent = turn.question;
        line.append(question, document.createTextNode(turn.answer));
        return line;
      }));
    }

    paintDock() {
      const judging = Boolean(this.openTurn());
      const round = this.state && this.state.round;
      const closed = this.busy() || !round || round.waiting || round.questions_left === 0;
      this.find("judge").hidden = !judging;
      this.find("ask").hidden = judging;
      this.find("ask").querySelectorAll("input, button").forEach((part) => { part.disabled = closed; });
      this.find("judge").querySelectorAll("button").forEach((part) => { part.disabled = this.busy(); });
      this.find("start").disabled = this.find("again").disabled = this.busy();
    }

    paintDots() {
      const dots = this.root.querySelector(".dots");
      const { place, total, screen } = this.state;
      dots.hidden = screen !== "round";
      if (dots.childElementCount !== total) {
        dots.replaceChildren(...Array.from({ length: total }, () => document.createElement("li")));
      }
      [...dots.children].forEach((dot, index) => {
        const is = index + 1 < place ? "done" : index + 1 === place ? "now" : "later";
        dot.dataset.is = is;
        dot.textContent = is === "now" ? String(place) : "";
      });
      dots.setAttribute("aria-label", this.placeWords());
    }

    placeWords() {
      return _("Picture {place} of {total}", { place: this.state.place, total: this.state.total });
    }

    showEnd() {
      const end = this.state.end;
      const eye = this.root.querySelector(".end-eye");
      this.say("headline", gapEnd.headline(end));
      this.say("facts", gapEnd.facts(end));
      gapSun.setMood(eye, gapEnd.isPraised(end) ? "startled" : "pleased");
      this.say("xp", gapEnd.xp(this.state.progress));
      this.find("badges").hidden = !this.state.progress.new_badges.length;
      this.find("badges").replaceChildren(...this.state.progress.new_badges.map(gapEnd.badge));
      this.find("ranks").replaceChildren(...end.top.map(gapEnd.rank));
      this.paintDock();
      this.say("unit", ngettext("point", "points", end.points));
      this.countUp(end.points);
      this.announce(together(ngettext("{n} point.", "{n} points.", end.points), gapEnd.facts(end)));
      this.find("again").focus({ preventScroll: true });
    }

    // The corner keeps what it shows while a session is played.
    paintProgress(progress) {
      const streak = progress.streak > 1 ? " · " + ngettext("{n} day in a row", "{n} days in a row", progress.streak) : "";
      this.say("progress", _("Level {level}", { level: progress.level }) + streak);
      this.say("bounties", _("Double XP now: {subjects}.", { subjects: progress.bounties.join(", ") }));
      this.find("bounties").hidden = !progress.bounties.length;
    }

    countUp(points) {
      const began = performance.now();
      const step = (now) => {
        const share = CALM.matches ? 1 : Math.min(1, Math.max(0, now - began) / 900);
        this.say("points", number(Math.round(points * share)));
        if (share < 1) requestAnimationFrame(step);
      };
      step(began);
    }

    // --- the clock, and a server that fell silent ---
    tick() {
      if (this.isOver) return;
      const now = performance.now();
      if (this.clock) this.paintClock(now);
      if (this.busy() && now - this.waitingSince > SILENCE_MS) this.askForLife();
      if (!this.state && !this.busy() && now - this.strandedAt > 4000) this.send("look");
      const orphan = this.state && this.state.round && this.state.round.waiting && !this.busy() && !this.state.live;
      if (orphan && now - this.clock.at > 1500) this.send("look");
    }

    paintClock(now) {
      const gone = this.clock.frozen || this.state.live ? 0 : (now - this.clock.at) / 1000;
      const left = Math.max(0, this.clock.left - gone);
      const low = left <= LOW_S;
      this.say("seconds", String(Math.ceil(left)));
      gapSun.setClock(this.sun, left / this.clock.of);
      this.sun.dataset.low = this.sun.parentElement.dataset.low = String(low);
      if (left === 0) gapSun.setMood(this.sun, "asleep");
      if (gone >= this.clock.closes + 0.15 && !this.busy()) this.send("look");
    }

    async askForLife() {
      this.waitingSince = performance.now() - SILENCE_MS + 2000;
      try {
        const answer = await fetch("/healthz", { cache: "no-store" });
        if (answer.ok) location.reload();
      } catch {
        this.notify(_("The game can't be reached. It goes on by itself when it is back; nothing you marked is lost."));
      }
    }

    // --- words ---
    say(name, words) {
      const place = this.find(name);
      if (place.textContent !== words) place.textContent = words;
    }

    bubble(is, words) {
      this.find("bubble").dataset.is = is;
      this.find("talk").toggleAttribute("data-long", words.length > LONG_CHARS);
      this.say("answer", words);
      this.paintMore();
    }

    // What does not fit is reached by scrolling; an arrow says that there is more.
    paintMore() {
      const talk = this.find("talk");
      this.find("more").hidden = talk.scrollHeight - talk.clientHeight - talk.scrollTop < MORE_PX;
    }

    notify(words) {
      const inRound = Boolean(this.state && this.state.screen === "round");
      ["notice", "trouble"].forEach((name) => {
        const shown = words && inRound === (name === "notice");
        this.say(name, shown ? words : "");
        this.find(name).hidden = !shown;
        this.find(name).toggleAttribute("data-waits", this.busy()); // no trouble: it goes on by itself
      });
    }

    announce(words) { this.say("live", words); }
  }

  window.gapBoard = (element, trigger, props, watch) => {
    element.querySelector(".board-place").replaceChildren(gapWords.board());
    document.title = _("GAP: catch the model out");
    const board = new Board(element.querySelector(".board"), trigger);
    watch("value", () => board.show(props.value));
    board.show(props.value);
    if (!props.value) { board.waitingSince = performance.now(); }
  };
})();
