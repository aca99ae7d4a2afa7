// After a post the eye is where the answer is: the message or the list of errors gets the focus, in view.

const find = (selector) => document.querySelector(selector);
const told =
  find("#told") ??
  find(".errors") ??
  ("posted" in document.body.dataset
    ? (find(".field.bad, .row-error, main .notice.lost") ?? find("main .notice") ?? find("main h1"))
    : null);

function show() {
  told.tabIndex = -1;
  told.focus({ preventScroll: true });
  const { top, bottom } = told.getBoundingClientRect();
  const room = getComputedStyle(document.documentElement);
  const above = parseFloat(room.scrollPaddingTop) || 0;
  const below = innerHeight - (parseFloat(room.scrollPaddingBottom) || 0);
  if (top < 0 || bottom > below || (scrollY && top < above)) told.scrollIntoView();
}

if (told) {
  show();
  // The browser goes to the address's fragment when it likes; it must not take the focus along.
  addEventListener("load", () => {
    if (document.activeElement !== told) show();
  });
}
