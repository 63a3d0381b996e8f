/**
 * Gives the event loop a turn. A backend that computes on the CPU resolves its promises at once, so without this nothing else would
 * happen while text is generated: no key press, no closed pipe, no drawing of a page.
 */
export function nextTurn(): Promise<void> {
  // Both are immediate; a timer waits for 1 to 4 ms.
  const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => void };
  if (setImmediate) return new Promise((resolve) => setImmediate(resolve));
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
