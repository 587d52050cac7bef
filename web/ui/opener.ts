/** Where a dialog was opened from: the focus goes back there. */

let menuTrigger: Element | null = null;

/** A menu closes before the dialog that it opens is there, and takes the focus with it. */
export function rememberTrigger(element: Element | null) {
  menuTrigger = element;
}

/** To be asked before the dialog takes the focus. */
export function currentOpener(): HTMLElement | undefined {
  const active = document.activeElement;
  const inMenu = !active || active === document.body || active.closest("[role=menu]") !== null;
  const opener = inMenu ? menuTrigger : active;
  return opener instanceof HTMLElement ? opener : undefined;
}
