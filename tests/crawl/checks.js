// What can be wrong with how a page stands on a screen; gives sentences, none when all is well.
({ control, gap }) => {
  const faults = [];
  const shown = (element) => {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const style = getComputedStyle(element);
    if (style.clipPath !== "none" || style.clip !== "auto") return false;
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0;
  };
  const name = (element) => {
    const text = (element.innerText || element.value || element.name || "").trim().slice(0, 24);
    const kind = element.className && typeof element.className === "string" ? `.${element.className.split(" ").join(".")}` : "";
    return `${element.tagName.toLowerCase()}${element.id ? `#${element.id}` : ""}${kind} "${text}"`;
  };

  // The page is as wide as the screen.
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.body.querySelectorAll("*")]
      .filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1 && shown(e))
      .filter((e) => !e.closest(".watermark"))
      .slice(0, 3)
      .map(name);
    faults.push(`the page is ${root.scrollWidth} px wide on ${root.clientWidth}: ${wide.join(", ")}`);
  }

  // No table of figures is cut off by a phone's edge; one in a text and one to fill in scroll inside themselves.
  for (const box of document.querySelectorAll(".table-scroll")) {
    if (root.clientWidth >= 768 || !shown(box) || box.closest(".text") || box.querySelector(".cell-row")) continue;
    if (box.scrollWidth > box.clientWidth + 1) faults.push(`a table is ${box.scrollWidth} px wide on ${box.clientWidth}: ${box.getAttribute("aria-label")}`);
  }

  // A link inside running text: words of the sentence stand beside it on its line.
  const inText = (element) => {
    if (element.tagName !== "A" || getComputedStyle(element).display !== "inline") return false;
    let block = element.parentElement;
    while (block && getComputedStyle(block).display === "inline") block = block.parentElement;
    return block !== null && block.innerText.trim().length > element.innerText.trim().length;
  };
  // What a finger can hit: the control itself, or the label that stands for it.
  const target = (element) => {
    const label = element.labels && [...element.labels].find((each) => each.contains(element));
    return label && ["checkbox", "radio"].includes(element.type) ? label : element;
  };
  const scrolledAway = (element) => {
    const box = element.getBoundingClientRect();
    for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (!/auto|scroll|hidden/.test(style.overflow + style.overflowX + style.overflowY)) continue;
      const port = at.getBoundingClientRect();
      if (box.right <= port.left || box.left >= port.right || box.bottom <= port.top || box.top >= port.bottom) return true;
    }
    return false;
  };
  const fixed = (element) => {
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      if (/fixed|sticky/.test(getComputedStyle(at).position)) return true;
    }
    return false;
  };
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=tab]";
  const controls = [...document.querySelectorAll(CONTROLS)]
    .filter((each) => !each.closest("dialog:not([open]), .watermark, .skip") && !each.matches(".skip"))
    .map((each) => [each, target(each)])
    .filter(([each, hit]) => (shown(each) || shown(hit)) && !scrolledAway(hit));
  for (const [each, hit] of controls) {
    if (inText(each)) continue;
    const { width, height } = hit.getBoundingClientRect();
    if (width < control - 0.5 || height < control - 0.5) {
      faults.push(`${name(each)} is ${Math.round(width)} × ${Math.round(height)}, asked ${control}`);
    }
  }

  // No two controls lie on each other. What sticks to the screen's edge lies over what scrolls below it.
  const boxes = controls
    .filter(([each]) => !inText(each) && !fixed(each))
    .map(([each, hit]) => [each, hit, hit.getBoundingClientRect()]);
  for (let i = 0; i < boxes.length; i += 1) {
    for (let j = i + 1; j < boxes.length; j += 1) {
      const [a, hitA, boxA] = boxes[i];
      const [b, hitB, boxB] = boxes[j];
      if (hitA.contains(hitB) || hitB.contains(hitA)) continue;
      const across = Math.min(boxA.right, boxB.right) - Math.max(boxA.left, boxB.left);
      const down = Math.min(boxA.bottom, boxB.bottom) - Math.max(boxA.top, boxB.top);
      if (across > gap && down > gap) faults.push(`${name(a)} and ${name(b)} overlap by ${Math.round(across)} × ${Math.round(down)}`);
    }
  }

  // The text of an option is never a column of single characters.
  for (const option of document.querySelectorAll(".option .content, .options li .content")) {
    if (!shown(option)) continue;
    const size = parseFloat(getComputedStyle(option).fontSize);
    const wanted = Math.min(6, option.innerText.trim().length) * size * 0.55;
    const { width, height } = option.getBoundingClientRect();
    const oneLine = height < size * 2.2;
    if (!oneLine && width < 6 * size) faults.push(`an option is ${Math.round(width)} px wide: "${option.innerText.trim().slice(0, 24)}"`);
    else if (width < wanted) faults.push(`an option is cut to ${Math.round(width)} px: "${option.innerText.trim().slice(0, 24)}"`);
  }
  return faults;
}
