// The words of a page in its visitor's language. The server puts `gapPage` before this file: the
// language, the messages of all scripts in it, and on the game's page the board itself.
(() => {
  "use strict";
  const { language, words, board } = gapPage;
  const forms = new Intl.PluralRules(language);
  const digits = new Intl.NumberFormat(language);
  const number = (value) => digits.format(value);
  const shown = (value) => (typeof value === "number" ? number(value) : String(value));
  const filled = (message, values) => message.replace(/\{(\w+)\}/g,
    (place, name) => (Object.hasOwn(values, name) ? shown(values[name]) : place));

  window.gapWords = {
    number,
    _: (message, values = {}) => filled(words[message] ?? message, values),
    ngettext: (one, many, n, values = {}) =>
      filled((words[one] ?? [one, many])[forms.select(n) === "one" ? 0 : 1], { n, ...values }),
    // Chinese puts no space between sentences.
    together: (...sentences) => sentences.filter(Boolean).join(language.startsWith("zh") ? "" : " "),
    board: () => document.adoptNode(new DOMParser().parseFromString(board, "text/html").querySelector(".board")),
  };
  document.documentElement.lang = language;
})();
