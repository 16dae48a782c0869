// Hands what Telegram put behind the # of the address to the server. Called by telegram.html.
(() => {
  "use strict";
  const signed = new URLSearchParams(location.hash.slice(1)).get("tgWebAppData");
  if (!signed) { document.querySelector("[data-ref=outside]").hidden = false; return; }
  document.querySelector("[name=init_data]").value = signed;
  history.replaceState(null, "", location.pathname);
  document.querySelector("form").submit();
})();
