// Plays the chosen rounds one after the other; any key or touch begins. Called by attract.html.
(() => {
  "use strict";
  const QUESTION_MS = 2200, ANSWER_MS = 2600, MARK_MS = 3600, RENEW_MS = 300000;
  const rounds = [...document.querySelectorAll(".replay")];
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const begin = (event) => {
    if (event.type === "keydown" && (event.ctrlKey || event.altKey || event.metaKey)) return;
    if (event.target.closest("a")) return; // its own way to the form, in another language
    location.assign("/join");
  };
  addEventListener("keydown", begin);
  addEventListener("pointerup", begin);

  async function play(round) {
    const answer = round.querySelector(".replay-answer");
    const mark = round.querySelector(".replay-mark");
    rounds.forEach((one) => { one.hidden = one !== round; });
    if (!answer || !mark) { await wait(MARK_MS); return; }
    answer.classList.add("later");
    mark.classList.add("later");
    await wait(QUESTION_MS);
    answer.classList.remove("later");
    await wait(ANSWER_MS);
    mark.classList.remove("later");
    await wait(MARK_MS);
  }

  async function playAll() {
    for (let number = 0; rounds.length; number = (number + 1) % rounds.length) await play(rounds[number]);
  }
  playAll();
  // A kiosk's server forgets its visitor here; a window behind must not end somebody's game.
  setInterval(() => { if (document.visibilityState === "visible") location.reload(); }, RENEW_MS);
})();
