// What of the page cannot be seen: areas that scroll sideways, and controls of which a part is clipped. For tests and
// for the console.

declare global {
  interface Window {
    cutOff: () => string[];
  }
}

export const cutOff = (): string[] => [...scrollingSideways(), ...clippedControls()];
window.cutOff = cutOff;

function scrollingSideways(): string[] {
  return [...document.querySelectorAll('*')]
    .filter(
      (element) => element === document.documentElement || /auto|scroll/.test(getComputedStyle(element).overflowX),
    )
    .filter((element) => element.scrollWidth > element.clientWidth + 1)
    .map((element) => `<${element.localName} class="${element.className}"> scrolls sideways`);
}

function clippedControls(): string[] {
  return [...document.querySelectorAll('button, a, [role="radio"], [role="slider"]')]
    .filter((control) => {
      // The strip of photos around goes on beyond the window by design.
      if (control.closest('[aria-label="Review order"]')) return false;
      const { left, right, width } = control.getBoundingClientRect();
      const [from, to] = inSight(control);
      return width > 0 && (left < from - 1 || right > to + 1);
    })
    .map((control) => `"${control.textContent.trim()}" is cut off`);
}

/** From where to where, in px, something of this element could be seen. */
function inSight(element: Element): [from: number, to: number] {
  let [from, to] = [0, innerWidth];
  for (let above = element.parentElement; above; above = above.parentElement) {
    if (getComputedStyle(above).overflowX === 'visible') continue;
    const box = above.getBoundingClientRect();
    [from, to] = [Math.max(from, box.left), Math.min(to, box.right)];
  }
  return [from, to];
}
