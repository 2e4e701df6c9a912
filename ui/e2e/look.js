// What every screen must show, whatever is on it.
import { readFileSync } from 'node:fs';

const axe = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

/** Millimetres. @typedef {{ touchMm: number, smallestMm: number }} Measures */

/** The smallest type is 22 px on a panel with 4 CSS pixels a millimetre. @type {Measures} */
export const PATIENTS = { touchMm: 20, smallestMm: 5.5 };
/** @type {Measures} */
export const STAFF_AT_KIOSK = { touchMm: 12, smallestMm: 3.9 };
/** For a mouse. @type {Measures} */
export const CONSOLE = { touchMm: 9, smallestMm: 3.9 };

/** @param {import('playwright-core').Page} page @returns {Promise<string[]>} what is wrong */
export async function wrongWithAccess(page) {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const result = await /** @type {any} */ (globalThis).axe.run(document, {
      resultTypes: ['violations'],
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return result.violations.map((/** @type {any} */ violation) => ({
      id: violation.id,
      nodes: violation.nodes.map(
        (/** @type {any} */ node) => `${node.target} ${node.failureSummary}`,
      ),
    }));
  });
  return violations.map((/** @type {any} */ { id, nodes }) => `axe ${id}: ${nodes.join(' | ')}`);
}

/**
 * @param {import('playwright-core').Page} page
 * @param {Measures} [measures]
 * @returns {Promise<string[]>} what is wrong
 */
export function wrongWithLayout(page, measures = PATIENTS) {
  return page.evaluate(({ touchMm, smallestMm }) => {
    const perMm = Number.parseFloat(
      getComputedStyle(document.documentElement).getPropertyValue('--mm'),
    );
    const touch = touchMm * perMm;
    const smallest = smallestMm * perMm;
    /** @type {string[]} */
    const wrong = [];
    const seen = (/** @type {Element} */ element) => element.getClientRects().length > 0;
    const name = (/** @type {Element} */ element) =>
      element.getAttribute('data-testid') ?? element.textContent?.trim().slice(0, 30) ?? '';
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) wrong.push(`wider than the panel: ${scrollWidth}`);
    for (const box of document.querySelectorAll('main, .ask, .answer, .words, dialog'))
      if (box.scrollWidth > box.clientWidth + 1) wrong.push(`${box.className} scrolls sideways`);
    for (const target of document.querySelectorAll('button, a, input')) {
      // Who chooses one presses its words.
      if (!seen(target) || target.matches('[type=radio]')) continue;
      const { width, height } = target.getBoundingClientRect();
      // Ten keys stand side by side, 3 mm apart: where 227 mm are not to be had they share what there is.
      const shares = (target.closest('.keyboard')?.clientWidth ?? Infinity) < 227 * perMm;
      if (height < touch - 0.5 || (width < touch - 0.5 && !shares))
        wrong.push(`too small to touch: ${name(target)} ${width}×${height}`);
      // What is typed may be longer than its field.
      if (!(target instanceof HTMLInputElement) && target.scrollWidth > target.clientWidth + 1)
        wrong.push(`cut: ${name(target)}`);
    }
    for (const element of document.querySelectorAll('p, label, button, h1, h2, dd, dt, a, li')) {
      if (!seen(element) || element.classList.contains('spoken')) continue;
      const size = Number.parseFloat(getComputedStyle(element).fontSize);
      if (size < smallest - 0.1) wrong.push(`too small to read: ${name(element)} ${size}`);
    }
    // At first sight: what the person types into, or has to read first, with nobody scrolling to it.
    const focused = document.activeElement;
    if (focused?.matches('main :is(input, .summary)')) {
      const { left, top, right, bottom } = focused.getBoundingClientRect();
      const label = focused.matches('input')
        ? focused.closest('.field')?.querySelector('label')
        : null;
      const middle = (left + right) / 2;
      /** @type {[Element, number, number][]} */
      const points = [
        [focused, left + 16, top + 8],
        [focused, middle, bottom - 8],
      ];
      if (label) {
        const words = label.getBoundingClientRect();
        points.push([label, words.left + 4, words.top + 4]);
      }
      for (const [element, x, y] of points) {
        const there = document.elementFromPoint(x, y);
        if (there !== element && !element.contains(there))
          wrong.push(`out of sight: ${name(element)} at ${Math.round(x)},${Math.round(y)}`);
      }
    }
    if (localStorage.length + sessionStorage.length > 0) wrong.push('something was stored');
    if (history.length > 2) wrong.push('"back" has somewhere to go');
    return wrong;
  }, measures);
}

/** @param {import('playwright-core').Page} page whether somebody must scroll to see everything */
export function scrolls(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll('main, .ask, .answer, .words')]
      .filter((box) => {
        const { overflowY } = getComputedStyle(box);
        return overflowY === 'auto' && box.scrollHeight > box.clientHeight + 1;
      })
      .map((box) => `${box.className} by ${box.scrollHeight - box.clientHeight}px`),
  );
}
