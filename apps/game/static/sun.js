// The sun that stands for the model: its mood, its rays as a clock, its eye on the pointer.
(() => {
  "use strict";
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  function lookAt(sun, x, y) {
    const ball = sun.querySelector(".eye-ball");
    const box = sun.getBoundingClientRect();
    if (!ball || !box.width) return;
    const dx = x - (box.left + box.width / 2);
    const dy = y - (box.top + box.height / 2);
    const far = Math.hypot(dx, dy) || 1;
    const reach = Math.min(1, far / 260);
    ball.style.transform = "translate(" + (22 * reach * dx) / far + "px," + (9 * reach * dy) / far + "px)";
  }

  window.gapSun = {
    setMood(sun, mood) {
      if (sun.dataset.mood !== mood) sun.dataset.mood = mood;
    },
    setClock(sun, share) {
      const rays = sun.querySelectorAll(".sun-rays path");
      const lit = Math.ceil(share * rays.length);
      rays.forEach((ray, place) => ray.classList.toggle("out", place < rays.length - lit));
    },
  };

  addEventListener("pointermove", (event) => {
    if (calm.matches) return;
    document.querySelectorAll(".sun").forEach((sun) => lookAt(sun, event.clientX, event.clientY));
  }, { passive: true });
})();
