// Whether the server still knows the player. Gradio tells the board nothing of an event that is
// refused, so its requests are listened to; the board hears "gaprefused". Before board.js.
(() => {
  "use strict";
  const EVENT = "/gradio_api/queue/join";
  const fetched = window.fetch;
  const tell = (status, words) =>
    dispatchEvent(new CustomEvent("gaprefused", { detail: { isOver: [401, 404].includes(status), words } }));

  window.fetch = async (...asked) => {
    const answer = await fetched(...asked);
    if (!answer.ok && new URL(answer.url).pathname.endsWith(EVENT)) {
      const told = await answer.clone().json().catch(() => ({})); // in the player's language
      tell(answer.status, typeof told.detail === "string" ? told.detail : "");
    }
    return answer;
  };

  // Another tab may have signed the player out while this one lay behind it.
  document.addEventListener("visibilitychange", async () => {
    if (document.visibilityState !== "visible") return;
    const answer = await fetched("/here", { cache: "no-store" }).catch(() => null);
    if (answer && answer.status === 401) tell(401, "");
  });
})();
