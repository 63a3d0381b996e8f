/**
 * Calls of a program one after the other, whatever the caller does: they share memory. What is disposed of waits until no call uses it.
 */
export class Turns {
  private tail: Promise<unknown> = Promise.resolve();
  /** Calls that run or wait. */
  private calls = 0;

  take<T>(work: () => Promise<T>): Promise<T> {
    this.calls++;
    const running = this.tail.then(async () => {
      try {
        return await work();
      } finally {
        this.calls--;
      }
    });
    this.tail = running.catch(() => undefined);
    return running;
  }

  /** Does something once no call runs: now, or behind those that were taken. */
  whenIdle(work: () => void): void {
    if (this.calls === 0) work();
    else void this.tail.then(work);
  }
}
