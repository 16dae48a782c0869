// What the end of a session says. Called by board.js.
(() => {
  "use strict";
  const { _, ngettext, number, together } = gapWords;

  // Whoever marks everything Wrong catches every trap too, and has looked at none.
  const hasLooked = (end) => end.marked_correct > 0;
  const caughtShare = (end) => (end.traps_set ? end.traps_caught / end.traps_set : 0);
  const isPraised = (end) => hasLooked(end) && caughtShare(end) >= 0.5;

  function headline(end) {
    const share = caughtShare(end);
    if (end.traps_set === 0) return _("It told you no tales.");
    if (share >= 0.5 && !hasLooked(end)) return _("You believed nothing it said.");
    if (share === 1) return _("Nothing gets past you.");
    return share >= 0.5 ? _("Sharp eyes.") : _("It fooled you. This time.");
  }

  function facts(end) {
    const caught = end.traps_set === 0
      ? ngettext("You asked {n} question and met no answer that was wrong on purpose.", "You asked {n} questions and met no answer that was wrong on purpose.", end.questions)
      : ngettext("You caught {caught} of {planted} planted wrong answers with {n} question.", "You caught {caught} of {planted} planted wrong answers with {n} questions.", end.questions, { caught: end.traps_caught, planted: end.traps_set });
    const closed = end.played_out ? "" : _("The session had closed by itself.");
    const standing = end.standing ? _("You stand {standing} of {players} this week.", { standing: end.standing, players: end.of_players }) : "";
    return together(caught, closed, standing);
  }

  function xp(progress) {
    const gained = progress.bounty_xp
      ? _("+{xp} XP, {extra} of them for rare questions.", { xp: progress.session_xp, extra: progress.bounty_xp })
      : _("+{xp} XP.", { xp: progress.session_xp });
    const stands = progress.paid
      ? _("{xp} of {needed} XP for the next level.", { xp: progress.xp, needed: progress.next_level_xp })
      : _("It counts once a few sessions show that you really look.");
    return together(gained, stands);
  }

  function badge(name) {
    const names = { care: _("Careful: your marks can be believed"), rare: _("Explorer: ten rare questions"), first: _("Finder: first to find a confirmed mistake") };
    const line = document.createElement("li");
    line.textContent = names[name] || name;
    return line;
  }

  function rank(row) {
    const line = document.createElement("li");
    const cell = (part, words) => {
      const span = document.createElement("span");
      span.className = "rank-" + part;
      span.textContent = words;
      return span;
    };
    line.className = "rank";
    if (row.rank <= 3) line.dataset.top = "";
    if (row.is_me) line.dataset.me = "";
    line.append(cell("place", number(row.rank)), cell("name", row.nickname), cell("points", number(row.points)));
    return line;
  }

  window.gapEnd = { headline, isPraised, facts, xp, badge, rank };
})();
