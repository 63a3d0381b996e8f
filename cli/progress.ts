/** One line on a terminal that is written again and again: what is being done, how far it is, and when it will be done. In a pipe: nothing. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  /** 0 where the terminal does not know. */
  readonly columns?: number;
  write(text: string): unknown;
}

export class Progress {
  private shown = false;
  private last = -Infinity;

  constructor(private readonly stream: ProgressStream, private readonly now: () => number = () => performance.now()) {}

  /** Shows `line` unless another was shown a moment ago. */
  show(line: string): void {
    if (!this.stream.isTTY || this.now() - this.last < quiet) return;
    this.last = this.now();
    this.shown = true;
    const room = Math.max(20, this.stream.columns || 80) - 1;
    this.stream.write(`\r\x1b[2K${line.length > room ? `${line.slice(0, room - 1)}…` : line}`);
  }

  /** Takes the line away, so that something else can be printed. */
  clear(): void {
    if (!this.shown) return;
    this.stream.write("\r\x1b[2K");
    this.shown = false;
    this.last = -Infinity;
  }
}

/** Milliseconds between two writings. */
const quiet = 100;

/** `4 s`, `3 min 20 s`, `2 h 5 min` */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `12,345` */
export function grouped(value: number): string {
  return Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, ",");
}
