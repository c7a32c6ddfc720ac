// What pages do beyond what they say: keys, and the link between words and what was read from them. All works without it too.
(() => {
  const field = document.getElementById("q");
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      field?.focus();
      field?.select();
    }
  });

  // Words of an article and the card of what they say light up together.
  const lit = (id, on) => {
    for (const element of document.querySelectorAll(`[data-of~="${CSS.escape(id)}"], #${CSS.escape(id)}`)) {
      element.classList.toggle("lit", on);
    }
  };
  for (const [enter, leave] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
    for (const [type, on] of [[enter, true], [leave, false]]) {
      document.addEventListener(type, (event) => {
        const words = event.target.closest?.("[data-of]");
        const card = event.target.closest?.(".statement");
        if (words) for (const id of words.dataset.of.split(" ")) lit(id, on);
        else if (card?.id) lit(card.id, on);
      });
    }
  }

  // Of a drawing that is wider than the screen, the middle is shown first.
  for (const drawing of document.querySelectorAll("svg.network")) {
    const frame = drawing.parentElement;
    frame.scrollLeft = (frame.scrollWidth - frame.clientWidth) / 2;
  }
})();
